"""Outbox: brings the event rows of every table to the bus, and loses none."""
