package dev.reveille.routing.port;

import dev.reveille.model.Bytes;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Hubs, and what devices register with them, for tests.
public final class HubSamples {
  public static final String HUB = "acme/main/phones";
  public static final String OTHER_HUB = "acme/main/tablets";

  private HubSamples() {}

  public static Set<Tag> tags(final String... words) {
    return Arrays.stream(words).map(Tag::new).collect(Collectors.toSet());
  }

  /// The address of that number: hexadecimal at Apple, a word elsewhere.
  public static PushAddress.Direct address(final PushService service, final int number) {
    return address(service, number, Samples.NOW);
  }

  public static PushAddress.Direct address(
      final PushService service, final int number, final Instant registeredAt) {
    final var token = "%064x".formatted(0xABCD_0000L + number);
    return new PushAddress.Direct(
        service,
        PushChannel.MESSAGE,
        Samples.HUB_APP,
        false,
        new PushToken(service == PushService.APNS ? token : "Token-" + token),
        registeredAt);
  }

  /// A target for native content.
  public static Target plain(
      final String hub, final String id, final PushAddress.Direct address, final String... tags) {
    return new Target(
        "", key(hub, id, ""), address, tags(tags), Optional.empty(), Optional.empty());
  }

  /// The same for native content of another form of its service.
  public static Target inForm(final Target target, final String format) {
    return new Target(
        target.name(),
        target.key(),
        target.address(),
        target.tags(),
        target.template(),
        target.expires(),
        format);
  }

  /// A target with a template.
  public static Target template(
      final String hub,
      final String id,
      final String name,
      final PushAddress.Direct address,
      final String... tags) {
    return new Target(
        name,
        key(hub, id, name),
        address,
        tags(tags),
        Optional.of(Bytes.of("template " + name)),
        Optional.empty());
  }

  public static TargetKey key(final String hub, final String id, final String name) {
    return TargetKey.ofRegistration(Samples.ACME, hub, PushService.APNS, id + "/" + name);
  }

  /// Until a moment.
  public static Target until(final Target target, final Instant end) {
    return new Target(
        target.name(),
        target.key(),
        target.address(),
        target.tags(),
        target.template(),
        Optional.of(end));
  }

  /// Until a moment.
  public static Entry until(final Entry entry, final Instant end) {
    return new Entry(entry.id(), entry.kind(), entry.document(), Optional.of(end), entry.targets());
  }

  public static Entry entry(final String id, final Kind kind, final Target... targets) {
    return new Entry(id, kind, Bytes.of("document of " + id), Optional.empty(), List.of(targets));
  }

  /// A registration of [#HUB] for native content, at Apple's address of that number.
  public static Entry registration(final String id, final int address, final String... tags) {
    return entry(id, Kind.REGISTRATION, plain(HUB, id, address(PushService.APNS, address), tags));
  }

  /// An installation of [#HUB] with nothing but its native target.
  public static Entry installation(final String id, final int address, final String... tags) {
    return entry(id, Kind.INSTALLATION, plain(HUB, id, address(PushService.APNS, address), tags));
  }

  /// Those for native content, of all services.
  public static Selection natives(final String expression) {
    return new Selection(Optional.empty(), false, expression(expression));
  }

  public static Selection natives(final PushService service, final String expression) {
    return new Selection(Optional.of(service), false, expression(expression));
  }

  public static Selection templates(final String expression) {
    return new Selection(Optional.empty(), true, expression(expression));
  }

  private static Optional<TagExpression> expression(final String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(TagExpression.parse(text));
  }

  /// What was written, where it was.
  public static Versioned done(final Written written) {
    if (written instanceof Written.Done(_, final var now)) {
      return now;
    }
    throw new AssertionError("not written: " + written);
  }
}
