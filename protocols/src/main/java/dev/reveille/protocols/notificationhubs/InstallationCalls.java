package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Bytes;
import dev.reveille.model.Tag;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;

/// Installations: one document for each app on a device.
final class InstallationCalls {
  /// How clients read "never".
  static final Instant NEVER = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final int MOST_TRIES = 20;

  private final HubRegistrations registrations;
  private final InstantSource clock;

  InstallationCalls(final HubRegistrations registrations, final InstantSource clock) {
    this.registrations = registrations;
    this.clock = clock;
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  Answer show(final HubCall call) {
    return found(call)
        .map(kept ->
            Answer.of(
                200,
                "application/json; charset=utf-8",
                InstallationJson.write(installation(kept), serverSet(kept)),
                "ETag",
                "W/\"" + kept.version() + "\""))
        .orElseThrow(() -> notFound(call.name()));
  }

  Answer put(final HubCall call) {
    final var said = InstallationJson.read(call.exchange().body(), call.name());
    return switch (write(call, said, new Condition.Any())) {
      case Written.OtherKind _ -> throw otherKind(call.name());
      case Written.Done _, Written.NotThere _, Written.Gone _, Written.OtherVersion _ ->
          accepted(call);
    };
  }

  private static Answer accepted(final HubCall call) {
    return Answer.empty(
        200, "Content-Location", call.url("installations", call.exchange().segments().getLast()));
  }

  /// Applied to the document as it stands: of two patches at once none is lost.
  Answer patch(final HubCall call) {
    final var patch = InstallationPatch.read(call.exchange().body());
    for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
      final var before = found(call).orElseThrow(() -> notFound(call.name()));
      final var changed = patch.apply(installation(before));
      switch (write(call, changed, new Condition.IsVersion(before.version()))) {
        case Written.Done _ -> {
          return accepted(call);
        }
        case Written.OtherVersion _ -> {} // once more, on what is there now
        case Written.NotThere _, Written.Gone _ -> throw notFound(call.name());
        case Written.OtherKind _ -> throw otherKind(call.name());
      }
    }
    throw new HubRefused(
        new HubProblem(503, 50_300, "the installation is changed all the time; try again"));
  }

  /// Also when there is none.
  Answer delete(final HubCall call) {
    return switch (registrations.remove(call.hub().key(), call.name(), new Condition.Any())) {
      case Written.Done _, Written.NotThere _, Written.Gone _ -> Answer.empty(204);
      case Written.OtherVersion _, Written.OtherKind _ -> throw otherKind(call.name());
    };
  }

  private Written write(
      final HubCall call, final HubInstallation installation, final Condition condition) {
    final var now = now();
    final var expires = call.hub().registrationTtl().map(now::plus);
    final var set = new ServerSet(expires.orElse(NEVER), now, false);
    return registrations.put(
        call.hub().key(),
        new Entry(
            installation.id(),
            Kind.INSTALLATION,
            Bytes.of(InstallationJson.write(installation, set)),
            expires,
            HubTargets.of(call.hub(), installation, now)),
        condition);
  }

  private Optional<Versioned> found(final HubCall call) {
    return registrations
        .find(call.hub().key(), call.name())
        .filter(kept -> kept.entry().kind() == Kind.INSTALLATION);
  }

  private static HubInstallation installation(final Versioned kept) {
    return InstallationJson.read(kept.entry().document().toArray(), kept.entry().id());
  }

  /// A channel that its push service called dead has no target any more.
  private static ServerSet serverSet(final Versioned kept) {
    final var node = JsonParsers.tree(kept.entry().document().toArray());
    final var installation = installation(kept);
    final boolean isServed = HubTargets.service(installation.platform()).isPresent();
    final boolean isDead = isServed && kept.entry().targets().stream().noneMatch(HubTargets::isOwn);
    return new ServerSet(
        kept.entry().expires().orElse(NEVER),
        Instant.parse(node.path("lastUpdate").asText(Instant.EPOCH.toString())),
        isDead);
  }

  private static HubRefused notFound(final String id) {
    return new HubRefused(new HubProblem(404, 40_400, "there is no installation " + id));
  }

  private static HubRefused otherKind(final String id) {
    return HubRefused.malformed(id + " is the id of a registration, and not of an installation");
  }

  /// How an installation stands in a list of registrations: its native target.
  static Optional<HubRegistration> asRegistration(final Versioned kept) {
    final var installation = installation(kept);
    final var kind =
        Arrays.stream(RegistrationKind.values())
            .filter(each -> each.platform() == installation.platform())
            .findFirst();
    return kind.map(found -> {
      final var tags = new ArrayList<>(installation.tags());
      kept.entry().targets().stream()
          .filter(HubTargets::isOwn)
          .flatMap(target -> target.tags().stream())
          .filter(Tag::isSpecial)
          .filter(tag -> !tags.contains(tag))
          .sorted((one, other) -> one.value().compareTo(other.value()))
          .forEach(tags::add);
      return new HubRegistration(
          found,
          "installation-" + kept.number(),
          Long.toString(kept.version()),
          Optional.of(kept.entry().expires().orElse(NEVER)),
          tags,
          installation.pushVariables(),
          installation.channel(),
          Optional.empty());
    });
  }
}
