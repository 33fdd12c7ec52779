"""Signs of life of the parts that no request reaches."""

from __future__ import annotations

from django.db import models


class Pulse(models.Model):
    """When a part last showed that it works. `scheduler`: a tick that beat sent was done by some worker."""

    part = models.CharField(primary_key=True, max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} at {self.at:%H:%M:%S}"
