CREATE TABLE `effects` (
	`project_id` text NOT NULL,
	`source_id` text NOT NULL,
	`position` integer NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`currency` text,
	`amount` integer,
	`role_id` text,
	`state` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `source_id`, `position`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `effects_pending` ON `effects` (`kind`,`created_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `moves` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`recipient_id` text NOT NULL,
	`item_id` text NOT NULL,
	`item_name` text NOT NULL,
	`quantity` integer NOT NULL,
	`grants` text NOT NULL,
	`effects` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`request_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `moves_by_key` ON `moves` (`project_id`,`user_id`,`idempotency_key`);--> statement-breakpoint
CREATE TABLE `purchase_counts` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`item_id` text NOT NULL,
	`quantity` integer NOT NULL,
	PRIMARY KEY(`project_id`, `user_id`, `item_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `orders` ADD `grants` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `effects` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `is_counted` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `refund_started_at` integer;--> statement-breakpoint
ALTER TABLE `orders` ADD `refunded_at` integer;--> statement-breakpoint
CREATE INDEX `orders_refunding` ON `orders` (`refund_started_at`) WHERE status = 'refunding';--> statement-breakpoint
ALTER TABLE `products` ADD `sku` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `products` ADD `image` text;--> statement-breakpoint
ALTER TABLE `products` ADD `other_prices` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `products` ADD `sale_starts_at` integer;--> statement-breakpoint
ALTER TABLE `products` ADD `sale_ends_at` integer;--> statement-breakpoint
ALTER TABLE `products` ADD `limit_per_user` integer;--> statement-breakpoint
ALTER TABLE `products` ADD `requirements` text DEFAULT '{"all":[],"any":[],"none":[]}' NOT NULL;--> statement-breakpoint
ALTER TABLE `products` ADD `on_purchase` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `products` ADD `on_use` text;--> statement-breakpoint
ALTER TABLE `products` ADD `contents` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
UPDATE `products` SET `sku` = `id`;--> statement-breakpoint
UPDATE `orders` SET `grants` = json_array(json_object('itemId', `item_id`, 'quantity', `quantity`));--> statement-breakpoint
CREATE UNIQUE INDEX `products_by_sku` ON `products` (`project_id`,`sku`);