ALTER TABLE `teams` ADD `id` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `teams` ADD `name_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE `teams` SET id = 'team-' || lower(hex(randomblob(16))), name_key = lower(name);--> statement-breakpoint
CREATE UNIQUE INDEX `teams_id` ON `teams` (`id`);--> statement-breakpoint
CREATE INDEX `teams_name_key` ON `teams` (`name_key`);--> statement-breakpoint
CREATE INDEX `users_team` ON `users` (`team_seq`) WHERE team_seq IS NOT NULL AND removed_at IS NULL;