package dev.reveille.model;

/// Names a folder of a mailbox, calendar, address book or task list.
public record FolderId(String value) {
  public FolderId {
    Text.identifier(value, "folder");
  }

  @Override
  public String toString() {
    return value;
  }
}
