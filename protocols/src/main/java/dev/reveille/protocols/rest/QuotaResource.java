package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Reason;
import dev.reveille.protocols.clearinghouse.PushQuota;
import dev.reveille.protocols.clearinghouse.QuotaNotes;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore.Right;
import org.jspecify.annotations.Nullable;

/// `/v1/federation/quota`: what partners used of their quota at this clearing house, and what other
/// clearing houses said last of ours. Thread-safe.
final class QuotaResource {
  private record Offered(PushQuota ofPartners, QuotaNotes ofOthers) {}

  private volatile @Nullable Offered offered;

  /// From now on it is answered; before it is refused.
  void offer(final PushQuota ofPartners, final QuotaNotes ofOthers) {
    offered = new Offered(ofPartners, ofOthers);
  }

  private Offered offered() {
    final var now = offered;
    if (now == null) {
      throw new Refusal(
          Reason.NOT_CONFIGURED, "federation is not configured: see `federation` in the file");
    }
    return now;
  }

  Answer partners(final Request request) {
    request.need(Right.MANAGE);
    return Lists.answer(
        request,
        "partners",
        offered().ofPartners.used(request.organisation()),
        one -> one.partner() + " " + one.app(),
        (out, one) ->
            out.text("partner", one.partner())
                .text("app", one.app())
                .number("perMinute", one.perMinute())
                .number("left", one.left())
                .number("keptForCalls", one.kept())
                .number("taken", one.taken())
                .number("refused", one.refused()));
  }

  Answer clearingHouses(final Request request) {
    request.need(Right.MANAGE);
    return Lists.answer(
        request,
        "clearingHouses",
        offered().ofOthers.of(request.organisation()),
        one -> one.domain() + " " + one.app(),
        (out, one) ->
            out.text("domain", one.domain())
                .text("app", one.app())
                .number("perMinute", one.perMinute())
                .number("left", one.left())
                .number("keptForCalls", one.kept())
                .number("resetSeconds", one.resetSeconds())
                .number("refused", one.refused())
                .moment("at", one.at()));
  }
}
