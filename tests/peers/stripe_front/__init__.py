"""The parts of stripe.py: the front that makes localstripe behave as Stripe does, and misbehave on demand."""
