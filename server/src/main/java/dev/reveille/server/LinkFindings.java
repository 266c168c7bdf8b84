package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.resources.CommunicationResource;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubLink;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.push.app.CredentialReports;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Finds mistakes in the links of communication resources to hubs: keys that a hub refuses, and
/// policies that may do more than they need to.
final class LinkFindings implements Findings {
  private static final String AGAIN =
      "Link the hub again, with a connection string that it has today; `reveille resources` prints"
          + " the paths.";

  private final CommunicationResources resources;
  private final CredentialReports refused;

  /// @param refused what hubs said of the links' keys
  LinkFindings(final CommunicationResources resources, final CredentialReports refused) {
    this.resources = resources;
    this.refused = refused;
  }

  @Override
  public List<Finding> find(final OrganisationId asking, final Predicate<AppId> own) {
    final var findings = new ArrayList<Finding>();
    final Set<AppId> told = new HashSet<>();
    for (final var resource : resources.linked(asking)) {
      final var refusal = resources.refusal(resource);
      if (refusal.isPresent() || resource.link().filter(HubLink::isOwn).isPresent()) {
        told.addAll(resources.apps(resource)); // what a hub here says is known as it is now
      }
      refusal.ifPresent(words -> findings.add(refused(resource, words)));
      if (refusal.isEmpty()) {
        resources.judge().unfit(resource).ifPresent(why -> findings.add(unfit(resource, why)));
      }
      if (resource.link().filter(link -> link.moreThanSend()).isPresent()) {
        findings.add(more(resource));
      }
    }
    refused.refused().stream()
        .filter(each -> own.test(each.app()) && !told.contains(each.app()))
        .forEach(each -> findings.add(refused(each)));
    return findings;
  }

  /// Links of all organisations that a hub of this server refuses now, whether a call was lost
  /// already or not.
  @Override
  public List<String> warnings() {
    return resources.linked().stream()
        .flatMap(resource ->
            resources.refusal(resource).stream()
                .map(words ->
                    "warning link-refused organisation=%s resource=%s code=%s: %s. %s"
                        .formatted(
                            resource.organisation(),
                            resource.name(),
                            Reason.HUB_REFUSES_KEY.code(),
                            sentence(words),
                            AGAIN)))
        .toList();
  }

  private static Finding refused(final CredentialReports.Refusal each) {
    return each.why() == Reason.ADDRESS_FORBIDDEN
        ? new Finding(
            true,
            "hub-forbidden",
            each.app().value(),
            "Since "
                + each.since()
                + " no call reaches the app's devices: nothing may be sent to the linked hub ("
                + each.words()
                + ").",
            "Name it in push.allowed-hosts, or link the hub that is meant.")
        : new Finding(
            true,
            "hub-refuses-key",
            each.app().value(),
            "Since "
                + each.since()
                + " the linked hub refuses the key (it says: "
                + each.words()
                + "), and no call reaches the app's devices through it.",
            AGAIN);
  }

  private static Finding unfit(final CommunicationResource resource, final String why) {
    return new Finding(
        true,
        "linked-hub-unfit",
        resource.name(),
        "No call leaves through the hub that the communication resource is linked to: " + why + ".",
        "Give the hub what it lacks; the link itself is as it should be.");
  }

  private static String sentence(final String words) {
    return "The hub that the communication resource is linked to refuses its key: " + words;
  }

  private Finding refused(final CommunicationResource resource, final String words) {
    final var apps = resources.apps(resource).stream().map(AppId::value).toList();
    return new Finding(
        true,
        "hub-refuses-key",
        resource.name(),
        sentence(words)
            + "."
            + (apps.isEmpty()
                ? ""
                : " No call reaches the devices of " + String.join(", ", apps) + "."),
        AGAIN);
  }

  private static Finding more(final CommunicationResource resource) {
    return new Finding(
        false,
        "link-may-do-more",
        resource.name(),
        "The policy that the communication resource is linked with allows more than to send.",
        "Link it with a policy that has the right to send alone, such as"
            + " DefaultSendSharedAccessSignature.");
  }
}
