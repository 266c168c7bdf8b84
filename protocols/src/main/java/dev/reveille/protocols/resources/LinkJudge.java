package dev.reveille.protocols.resources;

import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.ConnectionString;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether a hub can be linked to a communication resource with the connection string that
/// its operator gave. A foreign hub is not asked: whether it takes the key shows when something is
/// sent.
///
/// Thread-safe; may read the disk.
public final class LinkJudge {
  private static final Logger LOG = LoggerFactory.getLogger(LinkJudge.class);

  private static final String VOIP = ".voip";

  /// As Azure takes them.
  private static final Pattern HUB_NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,258}[A-Za-z0-9])?");

  private final CommunicationResources resources;
  private final Hubs hubs;
  private final Registry registry;
  private final SecretStore secrets;
  private final LinkUrls urls;

  LinkJudge(
      final CommunicationResources resources,
      final Hubs hubs,
      final Registry registry,
      final SecretStore secrets,
      final LinkUrls urls) {
    this.resources = resources;
    this.hubs = hubs;
    this.registry = registry;
    this.secrets = secrets;
    this.urls = urls;
  }

  /// Whether the hub can be linked, and why not.
  public sealed interface Verdict {
    /// @param warnings what an operator should know; empty when all is as it should be
    record Linkable(HubLink link, ConnectionString string, List<String> warnings)
        implements Verdict {
      public Linkable {
        warnings = List.copyOf(warnings);
      }
    }

    /// @param code one word, which stays the same
    record Refused(String code, String sentence) implements Verdict {}
  }

  /// The warning for a policy that may do more than it needs to.
  static final String MORE_THAN_SEND =
      "The policy allows more than to send. A policy of the hub that allows nothing but to send is"
          + " enough, and loses less when its key becomes known.";

  /// @param connectionString as the operator gave it
  /// @param hubId the hub's resource id
  public Verdict judge(
      final CommunicationResource resource,
      final String connectionString,
      final String hubId,
      final Instant now) {
    final ConnectionString string;
    try {
      string = ConnectionString.parse(connectionString);
    } catch (final IllegalArgumentException wrong) {
      return new Verdict.Refused(
          "InvalidConnectionString", "connectionString: " + wrong.getMessage());
    }
    final var id = ResourceId.of(hubId).filter(ResourceId::isHub);
    if (id.isEmpty()) {
      return new Verdict.Refused(
          "InvalidNotificationHubId",
          "resourceId: must be that of a hub, as"
              + " /subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.NotificationHubs/"
              + "namespaces/NAMESPACE/notificationHubs/HUB");
    }
    final var organisation = resource.organisation();
    if (id.get().subscription().equals(resources.subscriptions().of(organisation))) {
      return own(resource, string, id.get(), hubId.strip(), now);
    }
    if (!resources.subscriptions().declared(organisation).contains(id.get().subscription())) {
      return new Verdict.Refused(
          "NotificationHubOfAnotherSubscription",
          "the hub lies in the subscription "
              + id.get().subscription()
              + ", and the resource in another. If it is a subscription of Azure that is yours,"
              + " declare it: `reveille resources subscriptions add "
              + id.get().subscription()
              + "`");
    }
    return foreign(string, id.get(), hubId.strip(), now);
  }

  private Verdict foreign(
      final ConnectionString string, final ResourceId id, final String hubId, final Instant now) {
    final var hub = id.names().getLast();
    if (isOtherEntity(string, hub)) {
      return otherEntity(string, hub);
    }
    if (!HUB_NAME.matcher(hub).matches()) {
      return new Verdict.Refused(
          "InvalidNotificationHubId",
          "resourceId: the name of a hub has 1 to 260 letters, digits, periods, hyphens and"
              + " underscores, and begins and ends with a letter or digit");
    }
    final var link =
        new HubLink(
            hubId,
            string.host(),
            string.port(),
            /* namespace= */ "",
            hub,
            string.keyName(),
            /* isOwn= */ false,
            /* moreThanSend= */ false,
            now);
    return urls.refusal(link.messages())
        .<Verdict>map(words ->
            new Verdict.Refused(
                "NotificationHubAddressForbidden",
                "connectionString: nothing may be sent to "
                    + link.authority()
                    + ": "
                    + words
                    + ". A hub at an address of one's own is named in push.allowed-hosts."))
        .orElseGet(() -> new Verdict.Linkable(link, string, List.of()));
  }

  private static boolean isOtherEntity(final ConnectionString string, final String hub) {
    return !string.entityPath().isEmpty() && !string.entityPath().equalsIgnoreCase(hub);
  }

  private static Verdict otherEntity(final ConnectionString string, final String hub) {
    return new Verdict.Refused(
        "InvalidConnectionString",
        "connectionString: its EntityPath is "
            + string.entityPath()
            + ", and resourceId names the hub "
            + hub);
  }

  private Verdict own(
      final CommunicationResource resource,
      final ConnectionString string,
      final ResourceId id,
      final String hubId,
      final Instant now) {
    final var organisation = resource.organisation();
    final var name = id.names().getLast();
    final var hub = hub(organisation, id);
    if (hub.isEmpty()) {
      return new Verdict.Refused(
          "NotificationHubNotFound",
          "there is no hub "
              + name
              + " in the namespace "
              + id.names().getFirst()
              + " of the group "
              + id.group());
    }
    if (isOtherEntity(string, name)) {
      return otherEntity(string, name);
    }
    final var policy = policy(hub.get(), string);
    if (policy.isEmpty()) {
      return new Verdict.Refused(
          "ConnectionStringRefused",
          "connectionString: the hub has no policy "
              + string.keyName()
              + " with this key; `reveille hubs show "
              + hub.get().argument()
              + "` shows what it has");
    }
    if (!policy.get().grants(AccessRight.SEND)) {
      return new Verdict.Refused(
          "SendRightMissing",
          "connectionString: the policy " + string.keyName() + " does not allow to send");
    }
    final var unfit = unfit(hub.get());
    if (unfit.isPresent()) {
      return unfit.get();
    }
    final boolean more =
        policy.get().rights().size() > 1 || policy.get().grants(AccessRight.MANAGE);
    return new Verdict.Linkable(
        new HubLink(
            hubId,
            string.host(),
            string.port(),
            hub.get().namespace(),
            hub.get().name().value(),
            string.keyName(),
            /* isOwn= */ true,
            more,
            now),
        string,
        more ? List.of(MORE_THAN_SEND) : List.of());
  }

  private Optional<Hub> hub(final OrganisationId organisation, final ResourceId id) {
    return resources
        .namespaces()
        .find(organisation, id.names().getFirst())
        .filter(namespace -> namespace.group().equalsIgnoreCase(id.group()))
        .flatMap(
            namespace -> resources.namespaces().hub(organisation, namespace, id.names().getLast()));
  }

  private Optional<SharedAccessPolicy> policy(final Hub hub, final ConnectionString string) {
    return hubs.policies(hub).stream()
        .filter(each -> each.name().equals(string.keyName()))
        .filter(
            each -> each.primary().equals(string.key()) || each.secondary().equals(string.key()))
        .findFirst();
  }

  /// What of the credentials of the hub of this server that a resource is linked to keeps calls
  /// from leaving now; empty when nothing does.
  public Optional<String> unfit(final CommunicationResource resource) {
    return ownHub(resource).flatMap(this::unfit).map(Verdict.Refused::sentence);
  }

  /// The hub of this server that a resource is linked to.
  private Optional<Hub> ownHub(final CommunicationResource resource) {
    return resource
        .link()
        .filter(HubLink::isOwn)
        .flatMap(link -> hubs.find(link.namespace(), link.hub()))
        .filter(hub -> hub.organisation().equals(resource.organisation()));
  }

  /// What of the hub's credentials keeps calls from leaving.
  private Optional<Verdict.Refused> unfit(final Hub hub) {
    final var apple = secrets.credentials(hub.app(), PushService.APNS);
    final boolean google = !secrets.credentials(hub.app(), PushService.FCM).isEmpty();
    if (apple.isEmpty() && !google) {
      final var others = others(hub);
      return Optional.of(
          others.isEmpty()
              ? new Verdict.Refused(
                  "NotificationHubWithoutCredentials",
                  "the hub has no credentials of a push service: `reveille hubs credentials "
                      + hub.argument()
                      + " apns` or `fcm` gives it some")
              : new Verdict.Refused(
                  "PlatformNotSupported",
                  "through a linked hub go pushes of Apple (apns) and Google (fcm), and the hub has"
                      + " credentials for "
                      + String.join(", ", others)
                      + " only"));
    }
    if (isByCertificate(apple)) {
      return Optional.of(
          new Verdict.Refused(
              "ApnsCertificateNotSupported",
              "the hub opens Apple's service with a certificate; through a linked hub go pushes"
                  + " with a key (token authentication) only"));
    }
    final var bundle = registry.app(hub.app()).map(app -> app.bundleId()).orElse("");
    if (!apple.isEmpty() && !bundle.toLowerCase(Locale.ROOT).endsWith(VOIP)) {
      return Optional.of(
          new Verdict.Refused(
              "BundleIdWithoutVoip",
              "calls go to an iPhone under the bundle id with the suffix .voip, and the hub has "
                  + (bundle.isEmpty() ? "no bundle id" : bundle)
                  + ": `reveille hubs credentials "
                  + hub.argument()
                  + " apns --bundle-id "
                  + (bundle.isEmpty() ? "ID" : bundle)
                  + VOIP
                  + " ...`"));
    }
    return Optional.empty();
  }

  /// Whether a resource is linked to a hub of this server that opens Apple's service with a
  /// certificate and with no key. Reads the disk. A credential that cannot be read is no
  /// certificate: pushes to Apple fail by themselves then, and those to Google go on.
  boolean opensAppleByCertificate(final CommunicationResource resource) {
    try {
      return ownHub(resource)
          .filter(hub -> isByCertificate(secrets.credentials(hub.app(), PushService.APNS)))
          .isPresent();
    } catch (final StoreException unreadable) {
      LOG.error("{}: {}", resource.name(), unreadable.getMessage(), unreadable);
      return false;
    }
  }

  private static boolean isByCertificate(final List<AppCredential> apple) {
    return !apple.isEmpty() && apple.stream().noneMatch(LinkJudge::isOfToken);
  }

  private static boolean isOfToken(final AppCredential credential) {
    return credential.credential() instanceof Credential.Apns;
  }

  private List<String> others(final Hub hub) {
    final var words = new ArrayList<String>();
    for (final var service : PushService.values()) {
      if (!secrets.credentials(hub.app(), service).isEmpty()) {
        words.add(service.word());
      }
    }
    return words;
  }
}
