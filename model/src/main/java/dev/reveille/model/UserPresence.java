package dev.reveille.model;

/// What others see of a user: the most reachable of the user's installations.
public enum UserPresence {
  AVAILABLE,
  AWAY,
  OFFLINE
}
