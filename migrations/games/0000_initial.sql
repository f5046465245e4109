CREATE TABLE `daily_claims` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`day` text NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`streak` integer NOT NULL,
	`idempotency_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`paid_at` integer,
	PRIMARY KEY(`project_id`, `user_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `daily_claims_by_key` ON `daily_claims` (`project_id`,`user_id`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `daily_claims_unpaid` ON `daily_claims` (`created_at`) WHERE paid_at IS NULL;--> statement-breakpoint
CREATE TABLE `daily_rewards` (
	`project_id` text PRIMARY KEY NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`project_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`answer` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `actor_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`event` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `rounds` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`session_id` text NOT NULL,
	`nonce` integer NOT NULL,
	`game_id` text NOT NULL,
	`game_version` integer NOT NULL,
	`currency` text NOT NULL,
	`bet` integer NOT NULL,
	`choice` text NOT NULL,
	`outcome` text,
	`payout` integer,
	`status` text NOT NULL,
	`refusal` text,
	`idempotency_key` text NOT NULL,
	`request_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	PRIMARY KEY(`project_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `rounds_by_key` ON `rounds` (`project_id`,`user_id`,`idempotency_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `rounds_by_nonce` ON `rounds` (`project_id`,`session_id`,`nonce`);--> statement-breakpoint
CREATE INDEX `rounds_by_user` ON `rounds` (`project_id`,`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `rounds_open` ON `rounds` (`project_id`,`session_id`,`created_at`) WHERE status = 'open';--> statement-breakpoint
CREATE TABLE `scores` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`game_id` text NOT NULL,
	`currency` text NOT NULL,
	`plays` integer NOT NULL,
	`wins` integer NOT NULL,
	`wagered` integer NOT NULL,
	`won` integer NOT NULL,
	`best` integer NOT NULL,
	`streak` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `user_id`, `game_id`, `currency`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`server_seed` text NOT NULL,
	`commitment` text NOT NULL,
	`client_seed` text NOT NULL,
	`next_server_seed` text NOT NULL,
	`next_commitment` text NOT NULL,
	`nonce` integer NOT NULL,
	`created_at` integer NOT NULL,
	`closed_at` integer,
	`successor_id` text,
	PRIMARY KEY(`project_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_open` ON `sessions` (`project_id`,`user_id`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_by_successor` ON `sessions` (`project_id`,`successor_id`) WHERE successor_id IS NOT NULL;