package dev.reveille.protocols.arm;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import java.util.List;

/// Lists and shows subscriptions to callers of Resource Manager: each organisation has exactly one.
final class ArmSubscriptions {
  void fill(final ArmRoutes routes) {
    final var _ =
        routes
            .on("GET", ArmApi.PATH, ArmSubscriptions::list)
            .on("GET", ArmRoutes.SUBSCRIPTION, ArmSubscriptions::show);
  }

  private static Answer list(final ArmCall call) {
    return Answers.json(200, out -> out.objects("value", List.of(call), ArmSubscriptions::write));
  }

  private static Answer show(final ArmCall call) {
    return Answers.json(200, out -> write(out, call));
  }

  private static void write(final JsonOut out, final ArmCall call) {
    final var id = call.subscription().toString();
    out.text("id", ArmApi.PATH + "/" + id)
        .text("subscriptionId", id)
        .text("displayName", call.organisation().value())
        .text("state", "Enabled");
  }
}
