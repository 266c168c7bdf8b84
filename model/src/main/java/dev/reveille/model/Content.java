package dev.reveille.model;

import java.util.Map;

/// What a message says: title and text to show, and the sender's own values for the app. Content:
/// never in logs, metrics or the trail.
public record Content(String title, String text, Map<String, String> data) {
  public static final Content EMPTY = new Content("", "", Map.of());

  public Content {
    data = Map.copyOf(data);
  }

  @Override
  public String toString() {
    return "Content[…]";
  }
}
