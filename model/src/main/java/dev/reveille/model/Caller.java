package dev.reveille.model;

/// Who calls, as the phone shows it. Content: never in logs, metrics or the trail.
public record Caller(String name, String address) {
  @Override
  public String toString() {
    return "Caller[…]";
  }
}
