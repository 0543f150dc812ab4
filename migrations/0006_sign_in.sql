CREATE TABLE `oauth_clients` (
	`key_id` text PRIMARY KEY NOT NULL,
	`grant` text NOT NULL,
	`redirect_uris` text DEFAULT '[]' NOT NULL,
	`issuer` text,
	`subject` text,
	`audience` text,
	`jwks_url` text
);
--> statement-breakpoint
CREATE TABLE `oauth_codes` (
	`hash` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`user_id` text NOT NULL,
	`grant_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `oauth_codes_expires` ON `oauth_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `oauth_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_secrets_hash` ON `oauth_secrets` (`hash`);--> statement-breakpoint
CREATE INDEX `oauth_secrets_key` ON `oauth_secrets` (`key_id`);--> statement-breakpoint
CREATE TABLE `oauth_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`kind` text NOT NULL,
	`grant_id` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `oauth_tokens_grant` ON `oauth_tokens` (`grant_id`);--> statement-breakpoint
CREATE INDEX `oauth_tokens_expires` ON `oauth_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `saml_assertions` (
	`id` text PRIMARY KEY NOT NULL,
	`session_hash` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `saml_assertions_expires` ON `saml_assertions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `saml_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`relay_state` text,
	`user_seq` integer,
	`result` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `saml_requests_expires` ON `saml_requests` (`expires_at`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `method` text DEFAULT 'password' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal` ADD `sso` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal` ADD `email_domains` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal` ADD `app_url` text DEFAULT '/' NOT NULL;--> statement-breakpoint
PRAGMA optimize;
