"""Sessions: what companies and partners do together on days and with places, and who has registered for them."""
