package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Bytes;
import dev.reveille.model.Tag;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The calls of Azure Notification Hubs that read, write, patch and remove installations: an
/// installation is one document for each app on a device.
final class InstallationCalls {
  /// What stands before an installation's number where it is listed among registrations.
  private static final String ID_IN_LISTS = "installation-";

  private static final Pattern LISTED = Pattern.compile(ID_IN_LISTS + "[0-9]{1,18}");

  private static final int MOST_TRIES = 20;

  private final HubEntries entries;

  InstallationCalls(final HubEntries entries) {
    this.entries = entries;
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
    final var now = entries.now();
    final var document = document(call.hub(), said, now);
    final var targets = HubTargets.of(call.hub(), said, now);
    return switch (write(call, document, targets, now, new Condition.Any())) {
      case Written.OtherKind _ -> throw otherKind(call.name());
      case Written.Done _, Written.NotThere _, Written.Gone _, Written.OtherVersion _ ->
          accepted(call);
    };
  }

  private static Answer accepted(final HubCall call) {
    return Answer.empty(200, "Content-Location", call.url("installations", call.name()));
  }

  /// Applied to the document as it stands: of two patches at once none is lost.
  Answer patch(final HubCall call) {
    final var patch = InstallationPatch.read(call.exchange().body());
    for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
      final var before = found(call).orElseThrow(() -> notFound(call.name()));
      final var was = installation(before);
      final var changed = patch.apply(was);
      final var now = entries.now();
      final var document = document(call.hub(), changed, now);
      final var targets = PatchedTargets.of(call.hub(), before, was, patch, changed, now);
      final var asRead = new Condition.IsVersion(before.version());
      switch (write(call, document, targets, now, asRead)) {
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
    return switch (entries.remove(
        call.hub(), call.name(), Kind.INSTALLATION, new Condition.Any())) {
      case Written.Done _,
          Written.NotThere _,
          Written.Gone _,
          Written.OtherVersion _,
          Written.OtherKind _ ->
          Answer.empty(204);
    };
  }

  /// As it is kept.
  ///
  /// @throws HubRefused when it is too large; nothing was made of it then
  private static Bytes document(
      final Hub hub, final HubInstallation installation, final Instant now) {
    HubSizes.check(installation);
    final var expires = hub.expires(now).orElse(HubEntries.NEVER);
    final var document = InstallationJson.write(installation, new ServerSet(expires, now, false));
    HubSizes.checkWhole("the installation", document);
    return Bytes.of(document);
  }

  private Written write(
      final HubCall call,
      final Bytes document,
      final List<Target> targets,
      final Instant now,
      final Condition condition) {
    return entries.put(
        call.hub(),
        new Entry(call.name(), Kind.INSTALLATION, document, call.hub().expires(now), targets),
        condition);
  }

  private Optional<Versioned> found(final HubCall call) {
    return entries.find(call.hub(), call.name(), Kind.INSTALLATION);
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
        kept.entry().expires().orElse(HubEntries.NEVER),
        Instant.parse(node.path("lastUpdate").asText(Instant.EPOCH.toString())),
        isDead);
  }

  private static HubRefused notFound(final String id) {
    return new HubRefused(new HubProblem(404, 40_400, "there is no installation " + id));
  }

  private static HubRefused otherKind(final String id) {
    return HubRefused.malformed(id + " is the id of a registration, and not of an installation");
  }

  /// Whether an id in a list of registrations or in an export is that of an installation there.
  static boolean isListed(final String id) {
    return LISTED.matcher(id).matches();
  }

  /// How an installation stands in a list of registrations: its native target. Empty when it cannot
  /// stand there, because its channel is none as registrations write it.
  static Optional<HubRegistration> asRegistration(final Versioned kept) {
    final var installation = installation(kept);
    final var kind =
        Arrays.stream(RegistrationKind.values())
            .filter(each -> each.platform() == installation.platform())
            .findFirst();
    return kind.flatMap(found ->
        handle(found, installation.channel())
            .map(handle -> {
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
                  ID_IN_LISTS + kept.number(),
                  Long.toString(kept.version()),
                  Optional.of(kept.entry().expires().orElse(HubEntries.NEVER)),
                  tags,
                  installation.pushVariables(),
                  handle,
                  Optional.empty());
            }));
  }

  /// The channel as registrations write it; empty when it is none of the kind.
  private static Optional<PnsHandle> handle(final RegistrationKind kind, final PnsHandle channel) {
    if (kind != RegistrationKind.BAIDU) {
      return Optional.of(channel);
    }
    final var text = channel.value();
    final int between = text.indexOf('-');
    return between < 1 || between == text.length() - 1
        ? Optional.empty()
        : Optional.of(new PnsHandle.Baidu(text.substring(0, between), text.substring(between + 1)));
  }
}
