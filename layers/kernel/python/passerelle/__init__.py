"""The kernel of Passerelle: what every slice needs and no slice owns. It knows no slice."""
