CREATE TABLE `sign_ins` (
	`seq` integer PRIMARY KEY NOT NULL,
	`user_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`user_agent` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_ins_user` ON `sign_ins` (`user_seq`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `usual_gap_ms` integer;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `replaced_by` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `acting_seq` integer;--> statement-breakpoint
CREATE INDEX `users_outside` ON `users` (`login_type`) WHERE login_type <> 'saml';--> statement-breakpoint
CREATE INDEX `users_removed` ON `users` (`removed_at`) WHERE removed_at IS NOT NULL;--> statement-breakpoint
PRAGMA optimize;
