-- The card that an order is charged to, as it was chosen with it; none where nothing was to be taken from one. It may have
-- been removed since.
ALTER TABLE orders ADD COLUMN method_id TEXT;
-- What is being charged just now goes to the card that it would have gone to.
UPDATE orders SET method_id = (SELECT id FROM payment_methods WHERE account_id = orders.account_id AND is_default = 1)
    WHERE state = 'open';
