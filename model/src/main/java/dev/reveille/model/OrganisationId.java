package dev.reveille.model;

/// Names the organisation to which everything but server settings belongs.
public record OrganisationId(String value) {
  public OrganisationId {
    Text.identifier(value, "organisation");
  }

  @Override
  public String toString() {
    return value;
  }
}
