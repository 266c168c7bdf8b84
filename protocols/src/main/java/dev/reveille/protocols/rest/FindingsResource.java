package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;

/// `/v1/findings`: what the server finds wrong with its push services, for `reveille check`.
final class FindingsResource {
  private final Registry registry;
  private final Findings findings;

  FindingsResource(final Registry registry, final Findings findings) {
    this.registry = registry;
    this.findings = findings;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var organisation = request.organisation();
    final var found =
        findings.find(
            organisation,
            id -> registry.app(id).filter(app -> app.publisher().equals(organisation)).isPresent());
    return Answers.json(
        200,
        out ->
            out.objects(
                "findings",
                found,
                (line, each) ->
                    line.text("severity", each.wrong() ? "error" : "note")
                        .text("id", each.id())
                        .text("about", each.about())
                        .text("sentence", each.sentence())
                        .text("remedy", each.remedy())));
  }
}
