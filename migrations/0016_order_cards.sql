-- The card that an order is charged to, as it was chosen with it; none where nothing was to be taken from one. It may have
-- been removed since.
ALTER TABLE orders ADD COLUMN method_id TEXT;
-- What the page of the order showed that a card is charged; none where nobody said.
ALTER TABLE orders ADD COLUMN shown_of_card BIGINT CHECK (shown_of_card >= 0);
-- What is being charged just now goes to the card that it would have gone to: the default one at the gateway that the account
-- came to last, else the newest there.
UPDATE orders SET method_id = (
    SELECT m.id FROM payment_methods m
    WHERE m.account_id = orders.account_id AND m.gateway = (
        SELECT c.gateway FROM gateway_customers c WHERE c.account_id = orders.account_id
        ORDER BY c.created_at DESC, c.gateway LIMIT 1)
    ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC LIMIT 1)
    WHERE state = 'open';
