package dev.reveille.routing;

import dev.reveille.model.CallId;
import dev.reveille.model.OrganisationId;

/// Names a call inside an organisation. Has an order for the same reason as [CallId].
record CallKey(OrganisationId organisation, CallId call) implements Comparable<CallKey> {
  @Override
  public int compareTo(final CallKey other) {
    final int byCall = call.compareTo(other.call);
    return byCall != 0 ? byCall : organisation.value().compareTo(other.organisation.value());
  }
}
