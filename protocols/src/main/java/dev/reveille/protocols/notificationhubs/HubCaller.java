package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.BudgetOwner;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.SharedAccessPolicy;

/// The authenticated caller of a request to a hub: the policy whose key signed it.
record HubCaller(Hub hub, SharedAccessPolicy policy) implements BudgetOwner {
  @Override
  public String budgetOwner() {
    return "hub " + hub.key() + " " + policy.name();
  }

  @Override
  public String budgetOrganisation() {
    return hub.organisation().value();
  }

  /// The name in the audit log.
  String who() {
    return "hub " + hub.shown() + " policy " + policy.name();
  }

  /// @throws HubRefused when the policy lacks the right
  void need(final AccessRight right) {
    if (!policy.grants(right)) {
      throw new HubRefused(
          new HubProblem(
              401,
              40_100,
              "the policy "
                  + policy.name()
                  + " lacks the right "
                  + right.word()
                  + "; use another policy, or give it the right"));
    }
  }

  @Override
  public String toString() {
    return who();
  }
}
