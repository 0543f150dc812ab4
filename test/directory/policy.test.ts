// Which choices go together, and how they are set as text.
import { describe, expect, it } from 'vitest';
import { CHOICE_NAMES, choiceNamed, choiceText, withChoice, withoutChoice } from '../../src/directory/choices.ts';
import { type OwnChoices, readFeatures, readPolicy, resolvePolicy } from '../../src/directory/policy.ts';
import { PRESETS } from '../../src/directory/presets.ts';

const presets = Object.entries(PRESETS);

describe.each(presets)('the preset %s', (name, { policy, features }) => {
  it('holds together by itself', () => {
    expect(resolvePolicy(policy, {})).toEqual({ ok: true, value: policy });
    expect(readPolicy(name, '{}')).toEqual(policy);
    expect(readFeatures(name, '{}')).toEqual(features);
  });

  it.each(CHOICE_NAMES)('takes its own value of %s back as text, and gives it back', (choice) => {
    const set = withChoice({}, choice, choiceText(policy, choice));
    if (!set.ok) throw new Error(set.failure.detail);
    expect(resolvePolicy(policy, set.value)).toEqual({ ok: true, value: policy });
    expect(Object.keys(withoutChoice(set.value, choice))).toEqual([]);
  });
});

const impossible: readonly (readonly [string, keyof typeof PRESETS, object, RegExp])[] = [
  ['a default role that is none of the roles', 'open', { defaultRole: 'guest' }, /defaultRole must be one of roles/],
  ['everybody an admin', 'open', { defaultRole: 'admin' }, /defaultRole cannot be "admin"/],
  ['roles without admin', 'sendoso', { roles: ['sender'] }, /roles must contain "admin"/],
  ['a role twice', 'open', { roles: ['user', 'admin', 'user'] }, /name a role twice/],
  ['a role in capitals', 'open', { roles: ['user', 'Admin', 'admin'] }, /roles/],
  ['renames where the name is the id', 'sendsafely', { userNameChanges: 'allowed' }, /needs userId "opaque"/],
  ['teams by a division that is not stored', 'sendoso', { attributesStored: 'minimal' }, /teamBy "division" needs/],
  [
    'an extension under a URN of the RFC',
    'open',
    { extensionUrn: 'URN:ietf:params:scim:schemas:core:2.0:user' },
    /URN/,
  ],
  ['an extension that is no URN', 'open', { extensionUrn: 'https://x' }, /must be a URN/],
  [
    'a brake that must wait for more than it lets pass',
    'open',
    { brake: { atLeast: 101 } },
    /brake\.atLeast cannot be/,
  ],
  ['a brake at all of the users', 'open', { brake: { percent: 100 } }, /brake\.percent/],
  ['a brake that lets nobody pass', 'open', { brake: { number: 0 } }, /brake\.number/],
  ['a choice that does not exist', 'open', { nothing: 1 }, /./],
];

describe('choices that cannot be', () => {
  it.each(impossible)('%s', (_name, preset, own, sentence) => {
    const resolved = resolvePolicy(PRESETS[preset].policy, own);
    expect(resolved).toMatchObject({ ok: false, failure: { detail: expect.stringMatching(sentence) } });
    expect(() => readPolicy(preset, JSON.stringify(own))).toThrow(/policy that cannot be/);
  });

  it('a preset that does not exist answers nothing', () => {
    expect(() => readPolicy('sensoso', '{}')).toThrow(/does not exist/);
  });
});

describe('a choice as text', () => {
  it('is set beside others of the same object, and leaves them', () => {
    let own: OwnChoices = {};
    for (const [name, text] of [
      ['deactivation.profile', 'keep'],
      ['deactivation.content', 'destroy'],
      ['roles', 'user, admin'],
    ] as const) {
      const set = withChoice(own, name, text);
      if (set.ok) own = set.value;
    }
    expect(own).toEqual({ deactivation: { profile: 'keep', content: 'destroy' }, roles: ['user', 'admin'] });
    expect(withoutChoice(own, 'deactivation.profile')).toMatchObject({ deactivation: { content: 'destroy' } });
  });

  it("of the brake is set by itself, and the others stay the preset's", () => {
    const on = withChoice({}, 'brake.state', 'on');
    if (!on.ok) throw new Error(on.failure.detail);
    const own = withChoice(on.value, 'brake.percent', '5');
    if (!own.ok) throw new Error(own.failure.detail);
    expect(own.value).toEqual({ brake: { state: 'on', percent: 5 } });
    expect(resolvePolicy(PRESETS.sendsafely.policy, own.value)).toMatchObject({
      value: { brake: { state: 'on', percent: 5, atLeast: 10, number: 100 } },
    });
  });

  it.each(['0', '100', '-1', '2.5', '1e1', '', 'many'])('is refused where %j should be a share', (text) => {
    expect(withChoice({}, 'brake.percent', text)).toMatchObject({
      failure: { detail: 'brake.percent takes: 1 to 99.' },
    });
  });

  it('is refused with the values there are', () => {
    expect(withChoice({}, 'userId', 'uuid')).toMatchObject({
      failure: { detail: 'userId takes: user_name | opaque.' },
    });
    expect(withChoice({}, 'showLastLogin', 'yes')).toMatchObject({ ok: false });
  });

  it('is found by its name in any case', () => {
    expect(choiceNamed('adminby')).toEqual({ ok: true, value: 'adminBy' });
    expect(choiceNamed('colour')).toMatchObject({
      failure: { detail: expect.stringContaining('userId, userNameChanges') },
    });
  });
});
