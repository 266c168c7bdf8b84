package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.DomainName;
import dev.reveille.model.Installation;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.model.User;
import dev.reveille.protocols.clearinghouse.QuotaNotes;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.FederationWay;
import dev.reveille.push.clearinghouse.FederationLink;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Question;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Says to the sender for clearing houses which settings hold for a push: those of the site of the
/// device's user; and passes its requests on to the federation. Thread-safe; reads the disk.
final class PushPaths implements FederationLink {
  private static final String OUTCOME = "Push-Outcome";

  /// The next server may have passed the request on.
  private static final Set<DiagnosisCode> UNANSWERED =
      Set.of(DiagnosisCode.NO_ANSWER, DiagnosisCode.CONNECTION_LOST);

  /// These are about one handle or app, and must not hold up the pushes to others.
  private static final Set<DiagnosisCode> OF_ONE_HANDLE =
      Set.of(DiagnosisCode.HANDLE_OF_ANOTHER, DiagnosisCode.APP_DIFFERS, DiagnosisCode.SEALED_ONLY);

  private static final List<String> LINKS = List.of("http:", "https:");

  private final Stores store;
  private final EffectiveSettings settings;
  private final Set<String> ownNames;
  private final FederationWay way;
  private final QuotaNotes quotas;
  private final InstantSource clock;

  /// @param ownNames for which this server's certificate speaks
  /// @param quotas told what clearing houses say of theirs
  PushPaths(
      final Stores store,
      final EffectiveSettings settings,
      final Set<String> ownNames,
      final FederationWay way,
      final QuotaNotes quotas,
      final InstantSource clock) {
    this.store = store;
    this.settings = settings;
    this.ownNames = Set.copyOf(ownNames);
    this.way = way;
    this.quotas = quotas;
    this.clock = clock;
  }

  @Override
  public Path path(final Push push) {
    return path(push.work().target());
  }

  @Override
  public Path path(final Question question) {
    return path(question.work().target());
  }

  private Path path(final TargetKey target) {
    final var device = target.installation().flatMap(store.registry()::installation);
    return device.isEmpty()
        ? new Path.Closed(Reason.CLEARING_HOUSE_REFUSED, "the device was removed")
        : path(device.get());
  }

  private Path path(final Installation device) {
    final var organisation = device.organisation();
    final var site =
        device.users().stream()
            .findFirst()
            .flatMap(store.registry()::user)
            .map(User::site)
            .orElse("");
    final var filter = settings.ofSite(organisation, SettingsCatalogue.IM_FILTER, site);
    if (filter.isOn("enabled") && LINKS.stream().anyMatch(filter.texts("prefixes")::contains)) {
      return new Path.Closed(
          Reason.PUSH_FILTERED, "im-filter " + filter.identity() + " holds for the user");
    }
    final var mobility = settings.ofSite(organisation, SettingsCatalogue.MOBILITY, site);
    final var to = mobility.text(SettingsCatalogue.PUSH_NOTIFICATION_PROXY_URI);
    if (to.isEmpty()) {
      return new Path.Closed(
          Reason.CLEARING_HOUSE_URI,
          "mobility " + mobility.identity() + " has no push-notification-proxy-uri");
    }
    final var from = ownDomain(organisation);
    return from.isEmpty()
        ? new Path.Closed(
            Reason.FEDERATION_REFUSED,
            "the organisation has no domain: `reveille domains add DOMAIN`")
        : new Path.Open(organisation, from, to);
  }

  /// The domain of the organisation for which the certificate speaks, else its first one.
  private String ownDomain(final OrganisationId organisation) {
    final Collection<DomainName> all = store.domains().domainsOf(organisation);
    return all.stream()
        .map(DomainName::value)
        .filter(ownNames::contains)
        .findFirst()
        .orElseGet(() -> all.stream().map(DomainName::value).findFirst().orElse(""));
  }

  @Override
  public void send(
      final OrganisationId organisation,
      final String domain,
      final AppId app,
      final SipRequest request,
      final Told told) {
    way.send(
        organisation,
        domain,
        request,
        new FederationWay.Answered() {
          @Override
          public void answered(final SipResponse response) {
            quotas.heard(organisation, domain, app, response, clock.instant());
            PushPaths.answered(response, told);
          }

          @Override
          public void failed(final Diagnosis why, final boolean mayHaveArrived) {
            told.failed(inWords(why), isSetting(why), mayHaveArrived);
          }
        });
  }

  /// What a server on the way found is a failure; the rest is what the clearing house says.
  private static void answered(final SipResponse response, final Told told) {
    final var diagnosis = Diagnosis.in(response);
    final var code = diagnosis.flatMap(Diagnosis::code);
    final boolean isOnTheWay =
        response.status() == 504
            || response.status() == 404
                && code.filter(one -> one != DiagnosisCode.HANDLE_UNKNOWN).isPresent();
    if (isOnTheWay && diagnosis.isPresent()) {
      told.failed(
          inWords(diagnosis.get()),
          isSetting(diagnosis.get()),
          code.filter(UNANSWERED::contains).isPresent());
      return;
    }
    told.answered(
        new Answer(
            code.filter(OF_ONE_HANDLE::contains).isPresent() ? 400 : response.status(),
            diagnosis.map(PushPaths::inWords).orElseGet(response::phrase),
            response.headers().number(SipName.RETRY_AFTER).map(Duration::ofSeconds),
            response.headers().first(OUTCOME)));
  }

  private static boolean isSetting(final Diagnosis why) {
    return why.code().filter(DiagnosisCode::isSetting).isPresent();
  }

  static String inWords(final Diagnosis why) {
    final var words = new StringBuilder(why.source()).append(": ").append(why.reason());
    why.details()
        .forEach((name, value) -> words.append(' ').append(name).append('=').append(value));
    return words.append(" (").append(why.number()).append(')').toString();
  }
}
