package dev.reveille.model;

/// What makes two hand-ins the same event: organisation, source and the source's own id. With the
/// same content the second one is a repeat, with other content a conflict.
///
/// Its order is for maps that are keyed by it: senders choose the id, and could choose many with
/// one hash. Keys with an order are found among such in a few steps.
public record EventKey(OrganisationId organisation, String source, String id)
    implements Comparable<EventKey> {
  public EventKey {
    Text.identifier(source, "source");
    Text.identifier(id, "id");
  }

  @Override
  public int compareTo(final EventKey other) {
    final int byId = id.compareTo(other.id);
    final int bySource = byId != 0 ? byId : source.compareTo(other.source);
    return bySource != 0 ? bySource : organisation.value().compareTo(other.organisation.value());
  }

  @Override
  public String toString() {
    return organisation + "/" + source + "/" + id;
  }
}
