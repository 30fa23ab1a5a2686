"""Signed webhooks to partner organisations: endpoints, deliveries and their tries, a feed and a snapshot."""
