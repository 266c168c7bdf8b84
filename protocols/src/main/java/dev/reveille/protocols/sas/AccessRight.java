package dev.reveille.protocols.sas;

/// The rights of a shared access policy of a hub.
public enum AccessRight {
  /// Create, read, change and delete single registrations and installations.
  LISTEN("Listen"),
  /// Send, schedule, cancel and read what became of a notification.
  SEND("Send"),
  /// Everything, the other two rights included.
  MANAGE("Manage");

  private final String word;

  AccessRight(final String word) {
    this.word = word;
  }

  /// As it stands in descriptions and errors.
  public String word() {
    return word;
  }
}
