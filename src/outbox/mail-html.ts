// A mail as HTML: tables and inline styles, since that is what mail programs understand, and nothing that is fetched. Hono's
// template escapes every value.
import { html, raw } from 'hono/html';
import type { Advice, Mail } from './mail.ts';

const FONT = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

// Programs that know the reader's scheme take these; the others show the light colours that stand inline.
const DARK = raw(`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #14171a !important; }
  .card { background: #1e2327 !important; border-color: #343b41 !important; }
  .strong { color: #f1f3f5 !important; }
  .soft { color: #a9b2ba !important; }
  .line { border-color: #343b41 !important; }
  .box { background: #2a2416 !important; border-color: #d59f2c !important; }
}
@media (max-width: 480px) {
  .card { padding: 20px 16px !important; }
  .name { display: block !important; width: auto !important; padding: 10px 0 0 !important; border: 0 !important; }
  .value { display: block !important; padding: 2px 0 10px !important; border-top: 0 !important; }
}
</style>`);

/** The HTML part. `portal` is the portal's name. */
export async function mailHtml(mail: Mail, portal: string): Promise<string> {
  const { title, summary, advice, reason } = mail;
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${DARK}
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f7">
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f5f7">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px">
<tr><td class="card" style="background:#ffffff;border:1px solid #dde2e6;border-radius:8px;padding:28px;${FONT}">
<p class="soft" style="margin:0 0 8px;font-size:13px;color:#5b6670">${portal}</p>
<h1 class="strong" style="margin:0 0 12px;font-size:20px;line-height:1.3;color:#14171a;word-break:break-word">${title}</h1>
<p class="strong" style="margin:0 0 20px;font-size:15px;line-height:1.5;color:#14171a;word-break:break-word">${summary}</p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 24px">
${mail.facts.map(factRow)}
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr><td class="box" style="background:#fff8e6;border-left:4px solid #d59f2c;border-radius:4px;padding:16px 18px;${FONT}">
<h2 class="strong" style="margin:0 0 10px;font-size:15px;line-height:1.3;color:#14171a">What to do</h2>
${advice.map(adviceStep)}
</td></tr>
</table>
</td></tr>
<tr><td class="soft" style="padding:16px 28px 0;font-size:12px;line-height:1.5;color:#5b6670;${FONT}">${reason}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
  return page.toString();
}

const CELL = `border-top:1px solid #e6eaed;font-size:14px;line-height:1.45;vertical-align:top;${FONT}`;

const CODE =
  'font-family:ui-monospace,SFMono-Regular,Consolas,monospace;font-size:13px;color:#14171a;word-break:break-word';

function factRow([name, value]: readonly [string, string]) {
  return html`<tr>
<td class="name soft line" width="110" style="${CELL};padding:9px 12px 9px 0;color:#5b6670">${name}</td>
<td class="value strong line" style="${CELL};padding:9px 0;color:#14171a;word-break:break-word">${value}</td>
</tr>
`;
}

function adviceStep({ say, run }: Advice, index: number) {
  const margin = index === 0 ? '0' : '10px 0 0';
  return html`<p class="strong" style="margin:${margin};font-size:14px;line-height:1.5;color:#14171a;word-break:break-word"><b>${index + 1}.</b> ${say}${run === undefined ? '' : html`<br><code class="strong" style="${CODE}">${run}</code>`}</p>
`;
}
