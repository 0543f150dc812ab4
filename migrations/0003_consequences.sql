CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`mutation_id` text NOT NULL,
	`subject` text NOT NULL,
	`actor` text NOT NULL,
	`request_id` text,
	`recipients` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`last_error` text,
	`done_at` integer,
	`dead_at` integer
);
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`next_at`) WHERE done_at IS NULL AND dead_at IS NULL;--> statement-breakpoint
ALTER TABLE `destructions` ADD `actor` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `destructions` ADD `request_id` text;--> statement-breakpoint
ALTER TABLE `destructions` ADD `account` text;--> statement-breakpoint
ALTER TABLE `destructions` ADD `restored_to` integer;--> statement-breakpoint
ALTER TABLE `destructions` ADD `held_by` text;--> statement-breakpoint
CREATE INDEX `destructions_kept` ON `destructions` (`user_seq`) WHERE state = 'held' OR restored_to IS NOT NULL;--> statement-breakpoint
ALTER TABLE `journal` ADD `request_id` text;--> statement-breakpoint
ALTER TABLE `portal` ADD `recent_deactivations` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal` ADD `brake_engaged_at` integer;--> statement-breakpoint
ALTER TABLE `portal` ADD `brake_cause` text;--> statement-breakpoint
ALTER TABLE `portal` ADD `archived_through` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `refusals` ADD `request_id` text;--> statement-breakpoint
CREATE INDEX `workspaces_deleted` ON `workspaces` (`destruction_seq`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
UPDATE `destructions` SET actor = coalesce((SELECT actor FROM `journal` WHERE mutation_id = cause), '');--> statement-breakpoint
UPDATE `portal` SET archived_through = (SELECT coalesce(max(seq), 0) FROM `destructions`);
--> statement-breakpoint
PRAGMA optimize;
