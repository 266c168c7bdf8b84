package dev.reveille.model;

import java.util.Map;

/// The content of a message: title, text, and the sender's own values for the app. Its size is
/// limited where it is handed in, not here. Never in logs, metrics or the trail.
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
