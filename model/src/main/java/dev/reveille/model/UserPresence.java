package dev.reveille.model;

/// A user's presence as other users see it: that of the most reachable installation.
public enum UserPresence {
  AVAILABLE,
  AWAY,
  OFFLINE
}
