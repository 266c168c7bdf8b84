package dev.reveille.model;

/// Names an app; it belongs to a publisher and may serve many organisations.
public record AppId(String value) {
  public AppId {
    Text.identifier(value, "app");
  }

  @Override
  public String toString() {
    return value;
  }
}
