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
CREATE TABLE `inventory` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`item_id` text NOT NULL,
	`quantity` integer NOT NULL,
	PRIMARY KEY(`project_id`, `user_id`, `item_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `orders` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`item_id` text NOT NULL,
	`item_version` integer NOT NULL,
	`item_name` text NOT NULL,
	`quantity` integer NOT NULL,
	`reserved` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`total_price` integer NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`refusal` text,
	`idempotency_key` text NOT NULL,
	`request_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`purchased_at` integer,
	PRIMARY KEY(`project_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_by_key` ON `orders` (`project_id`,`user_id`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `orders_by_user` ON `orders` (`project_id`,`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `orders_pending` ON `orders` (`created_at`) WHERE status = 'pending';--> statement-breakpoint
CREATE TABLE `outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`event` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `products` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text NOT NULL,
	`currency` text NOT NULL,
	`price` integer NOT NULL,
	`stock` integer,
	`is_active` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`),
	CONSTRAINT "products_stock" CHECK(stock >= 0)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `products_active` ON `products` (`project_id`,`is_active`,`id`);--> statement-breakpoint
CREATE INDEX `products_by_name` ON `products` (`project_id`,`name_key`,`is_active`,`id`);