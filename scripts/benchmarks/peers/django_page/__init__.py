"""The due list written with Django's own means, to be measured beside ours: ORM, sessions, permissions, templates."""
