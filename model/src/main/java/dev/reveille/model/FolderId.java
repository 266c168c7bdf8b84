package dev.reveille.model;

/// Names a folder of a mailbox, calendar, address book or task list.
///
/// Its order is for maps that are keyed by it: senders choose the name, and could choose many with
/// one hash. Keys with an order are found among such in a few steps.
public record FolderId(String value) implements Comparable<FolderId> {
  public FolderId {
    Text.identifier(value, "folder");
  }

  @Override
  public int compareTo(final FolderId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
