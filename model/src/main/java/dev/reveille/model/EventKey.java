package dev.reveille.model;

/// What makes two hand-ins the same event: organisation, source and the source's own id. With the
/// same content the second one is a repeat, with other content a conflict.
public record EventKey(OrganisationId organisation, String source, String id) {
  public EventKey {
    Text.identifier(source, "source");
    Text.identifier(id, "id");
  }

  @Override
  public String toString() {
    return organisation + "/" + source + "/" + id;
  }
}
