package dev.reveille.model;

/// The caller's name and address, as the phone shows them. Content: never in logs, metrics or the
/// trail.
public record Caller(String name, String address) {
  @Override
  public String toString() {
    return "Caller[…]";
  }
}
