package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.resources.CommunicationResource;
import dev.reveille.protocols.resources.CommunicationResources;
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
      resources
          .refusal(resource)
          .ifPresent(words -> {
            told.addAll(resources.apps(resource));
            findings.add(refused(resource, words));
          });
      if (resource.link().filter(link -> link.moreThanSend()).isPresent()) {
        findings.add(more(resource));
      }
    }
    refused.refused().stream()
        .filter(each -> own.test(each.app()) && !told.contains(each.app()))
        .forEach(each ->
            findings.add(
                new Finding(
                    true,
                    "hub-refuses-key",
                    each.app().value(),
                    "Since "
                        + each.since()
                        + " the linked hub refuses the key (it says: "
                        + each.words()
                        + "), and no call reaches the app's devices through it.",
                    AGAIN)));
    return findings;
  }

  private Finding refused(final CommunicationResource resource, final String words) {
    final var apps = resources.apps(resource).stream().map(AppId::value).toList();
    return new Finding(
        true,
        "hub-refuses-key",
        resource.name(),
        "The hub that the communication resource is linked to refuses its key: "
            + words
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
