CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_seq` integer NOT NULL,
	`username` text NOT NULL,
	`purpose` text NOT NULL,
	`label` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_owner` ON `api_keys` (`owner_seq`);--> statement-breakpoint
CREATE TABLE `destructions` (
	`seq` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_seq` integer NOT NULL,
	`registration` integer NOT NULL,
	`cause` text NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`state` text NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`objects` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`done_at` integer
);
--> statement-breakpoint
CREATE INDEX `destructions_due` ON `destructions` (`due_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `files` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`owner_seq` integer NOT NULL,
	`registration` integer NOT NULL,
	`workspace_seq` integer,
	`r2_key` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`created_at` integer NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `files_id` ON `files` (`id`);--> statement-breakpoint
CREATE INDEX `files_owner` ON `files` (`owner_seq`,`registration`) WHERE workspace_seq IS NULL;--> statement-breakpoint
CREATE INDEX `files_workspace` ON `files` (`workspace_seq`) WHERE workspace_seq IS NOT NULL;--> statement-breakpoint
CREATE TABLE `group_members` (
	`group_seq` integer NOT NULL,
	`user_seq` integer NOT NULL,
	PRIMARY KEY(`group_seq`, `user_seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `group_members_user` ON `group_members` (`user_seq`);--> statement-breakpoint
CREATE TABLE `groups` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`display_name` text NOT NULL,
	`display_name_key` text NOT NULL,
	`external_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_id` ON `groups` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `groups_display_name_key` ON `groups` (`display_name_key`);--> statement-breakpoint
CREATE INDEX `groups_external_id` ON `groups` (`external_id`) WHERE external_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `groups_updated_at` ON `groups` (`updated_at`);--> statement-breakpoint
CREATE TABLE `journal` (
	`seq` integer PRIMARY KEY NOT NULL,
	`mutation_id` text NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`actor` text NOT NULL,
	`rule` text,
	`attributes` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `journal_mutation_id` ON `journal` (`mutation_id`);--> statement-breakpoint
CREATE TABLE `list_blocks` (
	`block` integer PRIMARY KEY NOT NULL,
	`hidden` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`owner_seq` integer NOT NULL,
	`registration` integer NOT NULL,
	`workspace_seq` integer,
	`r2_key` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_id` ON `messages` (`id`);--> statement-breakpoint
CREATE INDEX `messages_owner` ON `messages` (`owner_seq`,`registration`) WHERE workspace_seq IS NULL;--> statement-breakpoint
CREATE INDEX `messages_workspace` ON `messages` (`workspace_seq`) WHERE workspace_seq IS NOT NULL;--> statement-breakpoint
CREATE TABLE `portal` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`preset` text NOT NULL,
	`policy` text NOT NULL,
	`features` text NOT NULL,
	`version` integer NOT NULL,
	`user_count` integer DEFAULT 0 NOT NULL,
	`active_count` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refusals` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text,
	`method` text NOT NULL,
	`route` text NOT NULL,
	`status` integer NOT NULL,
	`rule` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `teams` (
	`seq` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `teams_name` ON `teams` (`name`);--> statement-breakpoint
CREATE TABLE `users` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_name` text NOT NULL,
	`user_name_key` text NOT NULL,
	`external_id` text,
	`login_type` text NOT NULL,
	`role` text NOT NULL,
	`active` integer NOT NULL,
	`given_name` text,
	`family_name` text,
	`attributes` text NOT NULL,
	`folded` text DEFAULT '{}' NOT NULL,
	`team_seq` integer,
	`registration` integer NOT NULL,
	`last_login_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`deactivated_at` integer,
	`removed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_id` ON `users` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_user_name_key` ON `users` (`user_name_key`) WHERE removed_at IS NULL;--> statement-breakpoint
CREATE INDEX `users_external_id` ON `users` (`external_id`) WHERE external_id IS NOT NULL AND removed_at IS NULL;--> statement-breakpoint
CREATE INDEX `users_active` ON `users` (`active`) WHERE login_type = 'saml' AND removed_at IS NULL;--> statement-breakpoint
CREATE INDEX `users_admins` ON `users` (`role`) WHERE role = 'admin' AND active = 1;--> statement-breakpoint
CREATE INDEX `users_updated_at` ON `users` (`updated_at`) WHERE login_type = 'saml' AND removed_at IS NULL;--> statement-breakpoint
CREATE TABLE `workspaces` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`owner_seq` integer NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`archived_at` integer,
	`deleted_at` integer,
	`destruction_seq` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_id` ON `workspaces` (`id`);--> statement-breakpoint
CREATE INDEX `workspaces_owner` ON `workspaces` (`owner_seq`) WHERE deleted_at IS NULL;--> statement-breakpoint
INSERT INTO `portal` (`id`, `name`, `preset`, `policy`, `features`, `version`) VALUES (1, 'Portal', 'sendsafely', '{}', '{}', 1);
--> statement-breakpoint
PRAGMA optimize;
