package dev.reveille.model;

/// Names the organisation to which everything but server settings belongs.
public record OrganisationId(String value) {
  /// The one that every server begins with; its operators make the others.
  public static final OrganisationId FIRST = new OrganisationId("default");

  public OrganisationId {
    Text.identifier(value, "organisation");
  }

  @Override
  public String toString() {
    return value;
  }
}
