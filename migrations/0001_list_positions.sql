ALTER TABLE `portal` ADD `hidden_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `portal` ADD `hidden_through` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `portal` ADD `hidden_regions` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
DELETE FROM `list_blocks`;--> statement-breakpoint
INSERT INTO `list_blocks` (`block`, `hidden`)
SELECT (seq - 1) / 100, count(*) FROM users WHERE login_type <> 'saml' OR removed_at IS NOT NULL GROUP BY 1;--> statement-breakpoint
UPDATE `portal` SET
  hidden_count = (SELECT count(*) FROM users WHERE login_type <> 'saml' OR removed_at IS NOT NULL),
  hidden_through = (SELECT coalesce(max(seq), 0) FROM users WHERE login_type <> 'saml' OR removed_at IS NOT NULL),
  hidden_regions = (SELECT json_group_object(region, hidden) FROM (
    SELECT block / 100 AS region, sum(hidden) AS hidden FROM list_blocks GROUP BY 1));
