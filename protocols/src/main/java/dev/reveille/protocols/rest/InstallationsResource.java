package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.AppState;
import dev.reveille.model.Installation;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushScope;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// `/v1/installations`: devices as far as an operator may see them, never a token. On threads that
/// may block.
final class InstallationsResource {
  private static final int FINGERPRINT_BYTES = 4;

  private final Registry registry;
  private final SecretStore secrets;
  private final LiveRoutes live;
  private final UsersResource users;

  InstallationsResource(
      final Registry registry,
      final SecretStore secrets,
      final LiveRoutes live,
      final UsersResource users) {
    this.registry = registry;
    this.secrets = secrets;
    this.live = live;
    this.users = users;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var of = request.query("user");
    if (!of.isEmpty()) {
      final var user =
          users
              .find(request, of)
              .orElseThrow(() -> new Refusal(Reason.UNKNOWN_USER, "user: " + of));
      return page(registry.installationsOf(user.id()), Integer.MAX_VALUE);
    }
    final int limit = request.limit();
    return page(
        registry.installations(request.organisation(), request.query("after"), limit + 1), limit);
  }

  private Answer page(final List<Installation> found, final int limit) {
    final var page = JsonOut.page(found.subList(0, Math.min(limit, found.size())), this::write);
    return Answers.json(
        200,
        out -> {
          out.objects("installations", page);
          if (found.size() > page.size()) {
            out.text("next", found.get(page.size() - 1).id().value());
          }
        });
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var installation = installation(request);
    return Answers.json(200, out -> write(out, installation));
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var id = installation(request).id();
    secrets.revokeDeviceTokens(id);
    registry.removeInstallation(id, request.who());
    return Answers.NO_CONTENT;
  }

  private Installation installation(final Request request) {
    return registry
        .installation(Named.installation(request.name()))
        .filter(found -> found.organisation().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("installation", request.name()));
  }

  private void write(final JsonOut out, final Installation installation) {
    final var liveState = live.of(installation.id());
    out.text("id", installation.id().value())
        .text("app", installation.app().value())
        .text("platform", installation.platform().word())
        .number("osMajor", installation.osMajor())
        .text("generation", installation.generation())
        .texts("users", installation.users().stream().map(UserId::name).toList())
        .objects("addresses", installation.addresses(), InstallationsResource::address)
        .texts("attributes", new TreeMap<>(installation.attributes()))
        .object(
            "live",
            fields -> {
              fields
                  .flag("channelOpen", liveState.channelOpen())
                  .text(
                      "state",
                      liveState.state() == AppState.FOREGROUND ? "foreground" : "suspended")
                  .textIfAny("reported", liveState.reported());
              if (liveState.channelOpen()) {
                fields.moment("since", liveState.since());
              }
            })
        .moment("registeredAt", installation.registeredAt())
        .moment("lastSeen", installation.lastSeen());
  }

  private static void address(final JsonOut out, final PushAddress address) {
    out.text("service", address.service().word()).text("channel", address.channel().word());
    switch (address) {
      case PushAddress.Direct direct -> {
        final var house = direct.clearingHouse();
        out.text("app", direct.app().value())
            .textIfAny(
                house.isPresent() ? "clearingHouse" : PushScope.field(direct.service()),
                house.orElse(direct.scope()))
            .flag("sandbox", direct.sandbox())
            .text("fingerprint", fingerprint(direct))
            .moment("registeredAt", direct.registeredAt());
        direct.until().ifPresent(end -> out.moment("until", end));
        direct
            .doubt()
            .ifPresent(doubt ->
                out.object(
                    "doubted",
                    fields ->
                        fields.moment("since", doubt.since()).text("code", doubt.why().code())));
      }
    }
  }

  private static String fingerprint(final PushAddress.Direct direct) {
    return HexFormat.of().formatHex(ApiKeys.hash(direct.token().value()), 0, FINGERPRINT_BYTES);
  }
}
