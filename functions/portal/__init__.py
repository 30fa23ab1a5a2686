"""The way in for whoever builds on the platform: the contract of HTTP, for machines and for people."""
