"""Notifications: mails to employees and companies, and the personal links and codes that travel in them."""
