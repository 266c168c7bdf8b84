package dev.reveille.push.app;

import dev.reveille.http.client.Priority;
import dev.reveille.model.Lane;

/// Maps a push's lane to its priority in a connection pool.
public final class Urgency {
  private Urgency() {}

  public static Priority of(final Lane lane) {
    return switch (lane) {
      case URGENT -> Priority.URGENT;
      case NORMAL -> Priority.NORMAL;
      case BULK -> Priority.BULK;
    };
  }
}
