// Written by `npm run generate`: do not edit.
import type { RuleMeta } from '../model/check.ts';

/** Every rule by its id, sorted. */
export const rules: Readonly<Record<string, RuleMeta>> = {
  "advisory/critical": {
    "severity": "error",
    "summary": "The version has a known critical flaw",
    "why": "The flaw is published: whoever looks for targets knows it.",
    "fix": "Update to the fixed version that the finding names. Where none exists, replace the package, or waive the finding with the reason why the flaw does not reach you.",
    "family": "known-bad"
  },
  "advisory/high": {
    "severity": "error",
    "summary": "The version has a known flaw of high severity",
    "why": "The flaw is published: whoever looks for targets knows it.",
    "fix": "Update to the fixed version that the finding names. Where none exists, replace the package, or waive the finding with the reason why the flaw does not reach you.",
    "family": "known-bad"
  },
  "advisory/low": {
    "severity": "note",
    "summary": "The version has a known flaw of low severity",
    "why": "Hardly anybody can use the flaw; it leaves with the next update.",
    "fix": "Update to the fixed version that the finding names. Where none exists, replace the package, or waive the finding with the reason why the flaw does not reach you.",
    "family": "known-bad"
  },
  "advisory/moderate": {
    "severity": "warning",
    "summary": "The version has a known flaw of moderate severity",
    "why": "It takes special circumstances to use the flaw, or little is gained by it.",
    "fix": "Update to the fixed version that the finding names. Where none exists, replace the package, or waive the finding with the reason why the flaw does not reach you.",
    "family": "known-bad"
  },
  "advisory/unrated": {
    "severity": "error",
    "summary": "The version has a known flaw that nobody has rated",
    "why": "A flaw without a rating may be any: it counts as high until somebody says otherwise.",
    "fix": "Update to the fixed version that the finding names. Where none exists, replace the package, or waive the finding with the reason why the flaw does not reach you.",
    "family": "known-bad"
  },
  "age-settings/unit": {
    "severity": "warning",
    "summary": "A package manager's age setting seems to be written in another unit",
    "why": "npm counts days, pnpm and yarn minutes, bun seconds. A 7 that was meant as days and counts as minutes protects nobody.",
    "fix": "Write the number in the unit of this package manager.",
    "family": "policy"
  },
  "age-settings/weaker": {
    "severity": "note",
    "summary": "A package manager's own age setting asks for less than the policy",
    "why": "The package manager resolves a version that the gate then refuses: the build is red for a reason that could have been avoided.",
    "fix": "Set it to at least the policy’s age.",
    "family": "policy"
  },
  "approved-sources/not-approved": {
    "severity": "error",
    "summary": "The package comes from nobody whom the policy approves",
    "why": "In approved-only mode a person decides once who may deliver code; everybody else is refused.",
    "fix": "Have the package, its publisher or its repository approved, or take it out.",
    "family": "policy"
  },
  "bin-shadowing/new-command": {
    "severity": "note",
    "summary": "The package brings a command that the version before did not have",
    "why": "A new command runs for whoever types its name. Together with another sign it counts.",
    "fix": "Look at what it runs.",
    "family": "install-time"
  },
  "bin-shadowing/other-package": {
    "severity": "warning",
    "summary": "The package brings a command with the name of another package's well-known one",
    "why": "Which of the two is run depends on the order in which they were installed.",
    "fix": "Find out which one your scripts mean. A fork that replaces the other package can be waived.",
    "family": "install-time"
  },
  "bin-shadowing/system-command": {
    "severity": "error",
    "summary": "The package brings a command with the name of a system command",
    "why": "node_modules/.bin comes first on the path of every script: a `node`, `git` or `curl` in it runs in place of the real one.",
    "fix": "Do not install it, unless that command is what you wanted; then waive it with the reason.",
    "family": "install-time"
  },
  "configuration-change/execution": {
    "severity": "error",
    "summary": "The change alters what runs during an install: scripts, shells, hooks or plugins",
    "why": "Such a setting can run code on every machine that installs, whatever the dependencies are.",
    "fix": "Bring the setting in by a change of its own that somebody approves, or waive it.",
    "family": "policy"
  },
  "configuration-change/policy": {
    "severity": "warning",
    "summary": "The change alters the policy or the baseline",
    "why": "A branch that loosens its own gate and uses that in the same step would judge itself. The change was judged by the base, and the new policy needs a review of its own.",
    "fix": "Review the policy; bring it in before what needs it.",
    "family": "policy"
  },
  "configuration-change/registry": {
    "severity": "error",
    "summary": "The change alters where packages come from: registry, proxy or TLS settings",
    "why": "Whoever names the registry decides what is installed, and could redirect the evidence that speaks about it. The evidence here came from the base’s registries.",
    "fix": "Bring the setting in by a change of its own that somebody approves, or waive it.",
    "family": "policy"
  },
  "configuration-change/setting": {
    "severity": "note",
    "summary": "The change alters another setting of a package manager",
    "why": "It may change how dependencies are resolved.",
    "fix": "Nothing to do if it is meant.",
    "family": "policy"
  },
  "configuration-change/waiver": {
    "severity": "warning",
    "summary": "The change adds a waiver",
    "why": "A waiver that arrives together with the dependency that needs it was not agreed on before.",
    "fix": "Let somebody else approve the waiver; it holds once it is in the base.",
    "family": "policy"
  },
  "confusion/inflated-version": {
    "severity": "warning",
    "summary": "An unknown package has a version that is made to win over any other",
    "why": "Versions such as 99.99.99 are chosen so that an installer prefers the public package to the private one of the same name.",
    "fix": "Check whether the name is one of your own. If it is, treat this as an attack.",
    "family": "source"
  },
  "confusion/internal-from-public": {
    "severity": "error",
    "summary": "A name that is yours is resolved from the public registry",
    "why": "Anybody may publish an unclaimed internal name in public. An installer that asks the public registry takes the higher version.",
    "fix": "Map the scope to your registry in .npmrc, and claim the scope on the public registry.",
    "incident": "Dependency confusion (2021) ran code at 35 companies; 120 names of the @azure scope were published without it in 2022.",
    "family": "source"
  },
  "content-jump/files": {
    "severity": "warning",
    "summary": "The package has ten times as many files as the version before",
    "why": "A whole tree that appears in a package was put there for a reason, or by a broken build.",
    "fix": "Look at which files came.",
    "family": "content"
  },
  "content-jump/size": {
    "severity": "warning",
    "summary": "The package is ten times as large as the version before",
    "why": "Payloads, bundled tools and stolen trees of files make a small package large from one version to the next.",
    "fix": "Look at which files came. If they belong there, wait for the next version or waive it.",
    "incident": "Shai-Hulud 2 (2025-11-24) added a bundle of 10 MB to packages of a few kilobytes.",
    "family": "content"
  },
  "dormancy/awakened": {
    "severity": "warning",
    "summary": "A recent release after more than a year without any",
    "why": "Accounts of sleeping packages are taken over because nobody watches them. An honest late fix looks the same, so this alone is a warning; with the account that has always published it it is a note, and together with a new script or publisher an error.",
    "fix": "Compare the release with the one before. If nothing presses, stay there for some weeks.",
    "incident": "Two of the AntV packages (2026-05-19) had been asleep for three years.",
    "family": "freshness"
  },
  "existence/name-missing": {
    "severity": "error",
    "summary": "The registry has no package of this name",
    "why": "A name that nobody owns can be registered by anybody tomorrow. Language models invent such names, and attackers register what they invent.",
    "fix": "Find the package that was meant. If it is private, configure the scope or registry that has it.",
    "incident": "One in five code samples of language models named a package that does not exist (USENIX Security 2025).",
    "family": "source"
  },
  "existence/security-placeholder": {
    "severity": "error",
    "summary": "The registry replaced the package by a security placeholder",
    "why": "The registry removes malicious packages and leaves an empty holder under their name. The lockfile asks for what was removed.",
    "fix": "Remove the package, and treat machines that installed it before as compromised until shown otherwise.",
    "family": "source"
  },
  "existence/unpublished": {
    "severity": "error",
    "summary": "All versions were withdrawn from the registry",
    "why": "Withdrawn names have been taken over before; until then nothing can be installed.",
    "fix": "Replace the package.",
    "family": "source"
  },
  "existence/version-missing": {
    "severity": "error",
    "summary": "The registry has the package, but not this version",
    "why": "The version was withdrawn, or the lockfile was written against something else than this registry.",
    "fix": "Take a version that exists, and find out why this one left.",
    "family": "source"
  },
  "external-result/error": {
    "severity": "error",
    "summary": "Another tool reports an error",
    "why": "Its result was merged into this run with --sarif-in, and counts like one of our own.",
    "fix": "Repair it, or suppress it in the tool that reports it.",
    "family": "policy"
  },
  "external-result/note": {
    "severity": "note",
    "summary": "Another tool has a remark, or results that do not count here",
    "why": "Nothing that it said is dropped without a word.",
    "fix": "Nothing to do.",
    "family": "policy"
  },
  "external-result/unreadable": {
    "severity": "error",
    "summary": "A log of another tool cannot be read, or its tool did not finish",
    "why": "A tool that broke off has proven nothing, and an empty log would look like a clean one.",
    "fix": "Run the tool again.",
    "family": "policy"
  },
  "external-result/warning": {
    "severity": "warning",
    "summary": "Another tool reports a warning",
    "why": "Its result was merged into this run with --sarif-in.",
    "fix": "Repair it, or suppress it in the tool that reports it.",
    "family": "policy"
  },
  "install-scripts/changed": {
    "severity": "error",
    "summary": "The install script differs from the one in the version before",
    "why": "A known script was replaced: what somebody reviewed is not what runs.",
    "fix": "Compare the two scripts. If the new one is honest, add it to the allowlist with the reason.",
    "family": "install-time"
  },
  "install-scripts/new": {
    "severity": "error",
    "summary": "This version runs code during the install, the version before did not",
    "why": "A script that appears in an existing package is how most worms of 2025 and 2026 spread.",
    "fix": "Stay on the version before until you know why the script is there.",
    "incident": "Nx (2025-08-26), Shai-Hulud (2025-09 and 2025-11-24), Red Hat (2026-06-01), keyv (2026-08-04).",
    "family": "install-time"
  },
  "install-scripts/unlisted": {
    "severity": "warning",
    "summary": "The package runs code during the install and is on no allowlist",
    "why": "Install scripts run on every developer machine and build server, before anybody imports the package. Most packages need none.",
    "fix": "Read the script. If it is honest, add the package under allowlists.install-scripts with the reason.",
    "family": "install-time"
  },
  "integrity/missing": {
    "severity": "warning",
    "summary": "The lockfile names no digest for a package that is downloaded",
    "why": "Without a digest, whoever answers the request decides what is installed: a changed tarball is not noticed.",
    "fix": "Let the package manager write the lockfile again; if the digest stays away, the registry does not publish one.",
    "family": "content"
  },
  "integrity/weak": {
    "severity": "warning",
    "summary": "The only digest is SHA-1 or MD5",
    "why": "Collisions of both can be made on purpose, so two different tarballs can carry the same digest.",
    "fix": "Remove the entry and install again: current package managers write SHA-512.",
    "family": "content"
  },
  "licence-change/narrower": {
    "severity": "warning",
    "summary": "This version has stricter terms than the version before",
    "why": "Licences change in patch releases too. An update that nobody reads can bring copyleft, a second licence, or the end of all rights.",
    "fix": "Read the new terms, or stay on the version before.",
    "incident": "ua-parser-js: MIT to AGPL-3.0-or-later in 2.0; pako 1.0.5: MIT to MIT AND Zlib in a patch release.",
    "family": "licence"
  },
  "licence-change/unreadable": {
    "severity": "warning",
    "summary": "The licence of the version before could be read, this one cannot",
    "why": "Terms that were clear have become unclear, and nobody may rely on the old ones.",
    "fix": "Read the licence file of the new version, or stay on the version before.",
    "family": "licence"
  },
  "licence-text/mismatch": {
    "severity": "warning",
    "summary": "The licence files hold other terms than the manifest declares",
    "why": "The text is what a court reads. Popular packages declare one licence and ship another, or add a second one.",
    "fix": "Treat the package as under both until its author says which is meant.",
    "family": "licence"
  },
  "licence-text/missing": {
    "severity": "note",
    "summary": "The package ships no licence text",
    "why": "Most licences ask that their text travels with the copy. Without it the attribution file has a gap.",
    "fix": "Ask the author to add it.",
    "family": "licence"
  },
  "licence-text/own-terms": {
    "severity": "warning",
    "summary": "A licence file is near to a known licence, with conditions of its own",
    "why": "A sentence that was added to a known licence, such as the Commons Clause, can take away what its name promises.",
    "fix": "Read the file. If it is harmless, pin it under checks.licence.clarifications.",
    "family": "licence"
  },
  "licence/not-allowed": {
    "severity": "error",
    "summary": "The licence is not one that the policy allows",
    "why": "Using a package under terms that nobody accepted is a breach of its licence, and copyleft can reach your own code.",
    "fix": "Use another package or version, or add an exception for it with a reason and an end date.",
    "incident": "ua-parser-js went from MIT (0.7) to AGPL-3.0-or-later (2.0) under the same name.",
    "family": "licence"
  },
  "licence/stale-exception": {
    "severity": "warning",
    "summary": "An exception or clarification no longer holds for the version in use",
    "why": "What was accepted once was accepted for other versions, other bytes or a time that has passed.",
    "fix": "Renew it if it is still right, or remove it.",
    "family": "policy"
  },
  "licence/unknown": {
    "severity": "error",
    "summary": "Nobody can say for certain what the licence field grants",
    "why": "An unreadable licence grants nothing that anybody could rely on. It never counts as allowed.",
    "fix": "Read the licence file and add a clarification pinned to its SHA-256, or ask the author to correct the field.",
    "family": "licence"
  },
  "lockfile/conflict-markers": {
    "severity": "error",
    "summary": "The lockfile holds git conflict markers",
    "why": "It describes two trees at once; which one is installed depends on the package manager.",
    "fix": "Resolve the conflict and let the package manager write the lockfile again.",
    "family": "source"
  },
  "lockfile/contradictory-halves": {
    "severity": "error",
    "summary": "The two halves of an npm lockfile of version 2 name different bytes for one package",
    "why": "npm 7 and later read one half, npm 6 and older tools the other. What is judged here is not what they would install.",
    "fix": "Restore the lockfile from a commit that you trust, or let npm write it again.",
    "family": "source"
  },
  "lockfile/manifest-drift": {
    "severity": "error",
    "summary": "A manifest asks for something else than the lockfile holds",
    "why": "The next install that is not frozen resolves it anew, to versions that nobody judged. A package that the lockfile does not hold at all was not judged either: an error; another range of one that it holds is a warning.",
    "fix": "Run the package manager once and commit the lockfile.",
    "family": "source"
  },
  "lockfile/override-ignored": {
    "severity": "warning",
    "summary": "The lockfile does not follow an override",
    "why": "An override often pins a fixed version of a vulnerable package. The lockfile still holds another one.",
    "fix": "Run the package manager once and commit the lockfile.",
    "family": "source"
  },
  "lockfile/second-package-manager": {
    "severity": "warning",
    "summary": "Lockfiles of several package managers lie side by side",
    "why": "Only one of them is judged, and somebody may install with the other.",
    "fix": "Delete the one that is not used.",
    "family": "source"
  },
  "lockfile/unknown-version": {
    "severity": "warning",
    "summary": "The lockfile is newer than this Lockgate knows",
    "why": "Its shape fitted and it was read, but a new version may mean something that this reader does not see.",
    "fix": "Update Lockgate.",
    "family": "source"
  },
  "lockfile/unresolved-dependency": {
    "severity": "error",
    "summary": "A dependency has no entry in the lockfile",
    "why": "What will be installed for it is decided on the day of the install, and was not judged. What only another package asks for is a warning.",
    "fix": "Run the package manager once and commit the lockfile.",
    "family": "source"
  },
  "lockfile/workspace-from-registry": {
    "severity": "error",
    "summary": "A name of this repository's own workspace was taken from a registry",
    "why": "The package that is installed under your own name is somebody else’s: dependency confusion inside one repository.",
    "fix": "Ask for it with workspace:, or link workspace packages in the package manager’s settings.",
    "family": "source"
  },
  "lookalike/foreign-letters": {
    "severity": "error",
    "summary": "The name contains letters outside ASCII",
    "why": "The registry has no such names. Letters of other scripts look exactly like Latin ones.",
    "fix": "Write the name in plain letters and install again.",
    "family": "name"
  },
  "lookalike/hidden-characters": {
    "severity": "error",
    "summary": "The name contains characters that hide or reorder text",
    "why": "Bidirectional and invisible characters make a name look like another one in every review.",
    "fix": "Remove the entry, and find out who wrote it.",
    "incident": "Trojan Source (CVE-2021-42574) showed how reviewers read what compilers do not.",
    "family": "name",
    "isAbsolute": true
  },
  "lookalike/invalid-name": {
    "severity": "error",
    "summary": "No registry accepts this as a package name",
    "why": "An entry that no package manager would write was written by something else. A name with a leading dash is read as an option on a command line.",
    "fix": "Remove the entry and install again.",
    "incident": "Packages named after options, such as --no-audit, were published to catch mistyped commands.",
    "family": "name"
  },
  "lookalike/upper-case": {
    "severity": "note",
    "summary": "The name has upper-case letters and is hardly downloaded",
    "why": "Only packages from before 2015 may have them. The lower-case name is another package, perhaps of somebody else.",
    "fix": "Check which of the two was meant.",
    "family": "name"
  },
  "maintainers/added": {
    "severity": "note",
    "summary": "Somebody new may publish the package",
    "why": "Teams grow, so this is told and weighs nothing by itself. When the new account also publishes, `publisher/unknown-account` says so.",
    "fix": "Nothing, as a rule.",
    "incident": "event-stream (2018): the later attacker was first added as a maintainer.",
    "family": "policy"
  },
  "maintainers/removed": {
    "severity": "note",
    "summary": "Somebody may no longer publish the package",
    "why": "People leave, so this is told and weighs nothing by itself.",
    "fix": "Nothing, as a rule.",
    "family": "policy"
  },
  "maintainers/replaced": {
    "severity": "warning",
    "summary": "None of the earlier maintainers is left",
    "why": "The package has changed hands entirely. Sold and taken-over packages look like this.",
    "fix": "Find out who the new owners are, and compare the release with the one before.",
    "incident": "art-template (2025-03) was taken over as a whole and served other code in its browser bundle for 14 months.",
    "family": "identity"
  },
  "malware/known": {
    "severity": "error",
    "summary": "The version is known to be malware",
    "why": "Somebody has read it and found it hostile. Its code has run wherever it was installed or imported.",
    "fix": "Remove it, and treat every machine that installed it as taken over: change its secrets from another one.",
    "incident": "event-stream (2018), ua-parser-js (2021), and some 200,000 packages since.",
    "family": "known-bad",
    "isAbsolute": true
  },
  "manifest-confusion/bin": {
    "severity": "warning",
    "summary": "The tarball's commands are not the ones that the registry shows",
    "why": "A command that the metadata hides can take the place of another one on the path of every script.",
    "fix": "Look at what the command runs.",
    "family": "content"
  },
  "manifest-confusion/dependencies": {
    "severity": "error",
    "summary": "The tarball's dependencies are not the ones that the registry shows",
    "why": "What a reviewer sees on the registry is not what the package asks for once it is unpacked.",
    "fix": "Compare the two lists. Do not install it when the difference is not a known slip of the publisher.",
    "family": "content"
  },
  "manifest-confusion/identity": {
    "severity": "warning",
    "summary": "The tarball's package.json names another package or version",
    "why": "The content belongs to something else than what was asked for: a repackaged copy, or a slip while publishing.",
    "fix": "Find out whose content it is.",
    "family": "content"
  },
  "manifest-confusion/scripts": {
    "severity": "error",
    "summary": "The tarball's install scripts are not the ones that the registry shows",
    "why": "npm decides by the metadata, pnpm, yarn and bun by the tarball: a script that only the tarball has is hidden from everybody who looks at the registry, and runs.",
    "fix": "Do not install it. The publisher, or a tool of theirs, uploaded one manifest and packed another.",
    "family": "content"
  },
  "native-binary/more": {
    "severity": "note",
    "summary": "A package with native code brings further native files",
    "why": "Usually a platform that was added. The list tells.",
    "fix": "Nothing, when the names are those of platforms.",
    "family": "content"
  },
  "native-binary/new": {
    "severity": "warning",
    "summary": "The package brings native code, the version before had none",
    "why": "Nobody can read a compiled file. In a package that was plain JavaScript it is what an install script or an import was added for.",
    "fix": "Find out what builds it. Stay on the version before until you know.",
    "incident": "eslint-config-prettier (2025-07) gained a DLL and a script that loads it.",
    "family": "content"
  },
  "new-dependency/too-new": {
    "severity": "error",
    "summary": "A recent release needs a new package of strangers that was made for it days before",
    "why": "A hijacked release often keeps its own code clean and brings the harm along in a package that the attacker has just published. A young one that runs code during the install is the same.",
    "fix": "Stay on the version before. Ask the project why it needs the package.",
    "incident": "axios (2026-03-31) suddenly needed plain-crypto-js, 141 Mastra packages (2026-06-17) easy-day-js, event-stream (2018) flatmap-stream.",
    "family": "freshness"
  },
  "new-dependency/young": {
    "severity": "warning",
    "summary": "A recent release needs a new package that was weeks old",
    "why": "A young name has little history that would speak for it, and the release makes it part of your tree.",
    "fix": "Look at who publishes the package and why the project needs it.",
    "family": "freshness"
  },
  "new-package/recent": {
    "severity": "warning",
    "summary": "The package name was first published less than a month ago",
    "why": "A young name has little history that would speak for it.",
    "fix": "Look at who publishes it and what it replaces.",
    "family": "freshness"
  },
  "new-package/too-new": {
    "severity": "error",
    "summary": "The package name was first published less than a week ago",
    "why": "Typosquats, invented names and the helper packages of an attack are new names: they live for days until they are reported.",
    "fix": "Ask who needs it. If it is your own, except its scope in the policy.",
    "incident": "plain-crypto-js was less than a day old when the hijacked axios (2026-03-31) asked for it.",
    "family": "freshness"
  },
  "new-transitive/runs-code": {
    "severity": "error",
    "summary": "A change brings a package along that nobody asked for by name and that runs code during the install",
    "why": "Whoever reviews an update looks at the package that is updated. What it newly drags in runs its script all the same, on every machine.",
    "fix": "Find out which update needs it and why. If the script is honest, add the package under allowlists.install-scripts with the reason.",
    "incident": "axios (2026-03-31) brought plain-crypto-js, 141 Mastra packages (2026-06-17) easy-day-js: both with a script.",
    "family": "install-time"
  },
  "pinned-versions/not-locked": {
    "severity": "error",
    "summary": "A dependency of a manifest has no entry in the lockfile, where the policy wants exact versions",
    "why": "What is not locked is resolved anew on every machine.",
    "fix": "Install again and commit the lockfile.",
    "family": "policy"
  },
  "pinned-versions/range": {
    "severity": "error",
    "summary": "A manifest asks for a range or a tag where the policy wants one exact version",
    "why": "The lockfile holds one version today; the next install without it, or the next update, takes whatever is newest then.",
    "fix": "Write the locked version into the manifest.",
    "family": "policy"
  },
  "provenance-history/downgrade": {
    "severity": "error",
    "summary": "Earlier versions of this line had provenance or a trusted publisher, this one has neither",
    "why": "A project that publishes from its pipeline does not go back to a token by itself. Whoever has stolen the token does.",
    "fix": "Stay on the version before. Ask the project whether it published this one by hand.",
    "incident": "axios 1.14.1 (2026-03-31): published with a stolen token, without the provenance of all releases before it.",
    "family": "identity"
  },
  "provenance-history/issuer-changed": {
    "severity": "warning",
    "summary": "The version was built at another provider than the earlier ones",
    "why": "The project has moved its builds, or somebody builds it elsewhere.",
    "fix": "Ask the project, or read its announcement.",
    "family": "identity"
  },
  "provenance-history/publisher-downgrade": {
    "severity": "warning",
    "summary": "Earlier versions came from a trusted publisher, this one was published with a token",
    "why": "A token can be stolen and used from anywhere; a trusted publisher cannot. The provenance of this version still names its build.",
    "fix": "Ask the project why it publishes with a token again.",
    "family": "identity"
  },
  "provenance-history/ref-changed": {
    "severity": "note",
    "summary": "The version was built from another kind of ref than the earlier ones",
    "why": "A release from a branch where there have always been tags skips whatever protects the tags. Started by hand, it is a warning.",
    "fix": "Nothing, if the project has changed how it releases.",
    "family": "identity"
  },
  "provenance-history/repository-changed": {
    "severity": "error",
    "summary": "The version was built from another repository than the earlier ones",
    "why": "The repository’s id differs, so it is not the old one under a new name.",
    "fix": "Stay on the version before until the project explains the move.",
    "family": "identity"
  },
  "provenance-history/repository-renamed": {
    "severity": "warning",
    "summary": "The repository has a new name or owner",
    "why": "The id is the same, so this is a rename or a transfer. A transfer changes who may publish.",
    "fix": "Look at the new owner once.",
    "family": "identity"
  },
  "provenance-history/trigger-changed": {
    "severity": "note",
    "summary": "The build was started by another event than the earlier ones",
    "why": "A release by hand where there has always been automation deserves a look.",
    "fix": "Nothing, if the project has changed how it releases.",
    "family": "identity"
  },
  "provenance-history/workflow-changed": {
    "severity": "warning",
    "summary": "The version was built by another workflow than the earlier ones",
    "why": "A second workflow that may publish is a second way in.",
    "fix": "Read the new workflow, or name the right one under `provenance-identity.expected`.",
    "family": "identity"
  },
  "provenance-identity/contradiction": {
    "severity": "error",
    "summary": "Provenance and certificate tell different stories",
    "why": "The certificate is issued by an authority, the predicate is written by the build. Where they differ, the build has lied.",
    "fix": "Do not install it.",
    "family": "identity"
  },
  "provenance-identity/not-a-build": {
    "severity": "error",
    "summary": "The provenance was signed by a person or a key instead of a build",
    "why": "A person can write anything into a statement. Only a build’s certificate carries repository, commit and workflow.",
    "fix": "Treat the version as one without provenance.",
    "family": "identity"
  },
  "provenance-identity/risky-trigger": {
    "severity": "error",
    "summary": "The build was started by an event that outsiders can cause",
    "why": "A comment or a pull request of a stranger can then publish: the build runs with the project’s rights and the stranger’s content.",
    "fix": "Do not install it. If the project does this on purpose, name the event under `allowed-triggers`.",
    "incident": "7nohe/openapi-react-query-codegen (2026-08): published by a workflow that a pull-request comment could start.",
    "family": "identity"
  },
  "provenance-identity/self-hosted-runner": {
    "severity": "error",
    "summary": "The build ran on a machine that nobody vouches for",
    "why": "On a self-hosted runner the builder can be changed by whoever owns the machine, or ran there before.",
    "fix": "Let the policy say `self-hosted-runners: true` if you trust these machines.",
    "family": "identity"
  },
  "provenance-identity/unexpected-builder": {
    "severity": "error",
    "summary": "A reusable workflow signed that the policy does not name",
    "why": "The signing workflow lives in another repository, whose owners could change what is built.",
    "fix": "Name the workflow under `builders` if you trust it.",
    "family": "identity"
  },
  "provenance-identity/unexpected-workflow": {
    "severity": "error",
    "summary": "The version was built by another workflow than the policy names",
    "why": "Whoever may add a workflow may publish with it, without touching the one that people review.",
    "fix": "Read the workflow that built it. If the project has changed its release, name the new one under `expected`.",
    "family": "identity"
  },
  "provenance-identity/unreviewed-ref": {
    "severity": "error",
    "summary": "The build is of a ref that is neither a branch nor a tag",
    "why": "refs/pull is anybody’s content: nobody has merged or reviewed it.",
    "fix": "Do not install it.",
    "family": "identity"
  },
  "provenance-identity/untrusted-issuer": {
    "severity": "error",
    "summary": "The build’s identity was issued by somebody whom the policy does not name",
    "why": "Every issuer of the public certificate authority can vouch for any name it likes within its own realm.",
    "fix": "If it is your own GitHub Enterprise or GitLab, name it under `providers`.",
    "family": "identity"
  },
  "provenance-identity/wrong-repository": {
    "severity": "error",
    "summary": "The version was built from another repository than its package.json or the policy names",
    "why": "Valid provenance proves where the bytes come from, not that this is the right place. A fork with a stolen token has valid provenance, too.",
    "fix": "Compare both repositories. If the project has moved, name the new one under `expected`.",
    "family": "identity"
  },
  "provenance/missing": {
    "severity": "error",
    "summary": "The policy requires provenance and the version has none",
    "why": "Without provenance nothing ties the published bytes to a source: a stolen token is enough to publish them.",
    "fix": "Stay on the last version with provenance, or let the policy say `if-published` for this package.",
    "family": "identity"
  },
  "provenance/not-proven": {
    "severity": "error",
    "summary": "The attestations of the version do not hold",
    "why": "A signature, a log entry, or what the statement is about does not fit the bytes that the lockfile names. Honest attestations do not break by themselves.",
    "fix": "Do not install. Fetch the attestations again from the registry itself, and compare.",
    "family": "identity"
  },
  "provenance/stripped": {
    "severity": "warning",
    "summary": "The version has provenance that its registry document hides",
    "why": "Somebody between here and the registry removed the announcement, so that other tools would not look.",
    "fix": "Find out which mirror answers, and ask the registry directly.",
    "family": "identity"
  },
  "provenance/unknown-signer": {
    "severity": "error",
    "summary": "The attestations rest on a key or log that the trust root does not know",
    "why": "A new log or key of Sigstore looks exactly like a forged one until the trust root names it.",
    "fix": "Run `lockgate trust update` and try again.",
    "family": "identity"
  },
  "publish-burst/siblings": {
    "severity": "warning",
    "summary": "Packages that are never released together came within minutes from one account or scope",
    "why": "A monorepo releases its packages together, always. Packages that have nothing to do with each other and appear in the same minutes are what a stolen account looks like.",
    "fix": "Wait until the publisher says what happened, and stay on the versions before.",
    "incident": "chalk, debug and 16 others (2025-09-08) came from one stolen account within minutes; 643 versions of AntV and atool (2026-05-19) in 22.",
    "family": "freshness"
  },
  "publish-burst/versions": {
    "severity": "warning",
    "summary": "Many versions of the package came within one hour",
    "why": "People release, look, and release again; a worm or a stolen token publishes as fast as it can.",
    "fix": "Wait until the project says what happened, and stay on a version from before that hour.",
    "incident": "The keyv campaign (2026-08-04) published 2,236 versions of 444 packages.",
    "family": "freshness"
  },
  "publisher/changed": {
    "severity": "note",
    "summary": "Another maintainer than usual published the version",
    "why": "The account is a maintainer of long standing but published none of the last releases. Teams take turns, so this is told and weighs nothing by itself.",
    "fix": "Nothing, as a rule.",
    "family": "policy"
  },
  "publisher/mail-domain-changed": {
    "severity": "warning",
    "summary": "The publisher’s mail address has another domain than before",
    "why": "Whoever takes an account over sets their own address first, so that the owner cannot take it back.",
    "fix": "Ask the maintainer on another way than by that address. Stay on the version before meanwhile.",
    "incident": "axios (2026-03-31): the maintainer’s account suddenly had an address at another provider.",
    "family": "identity"
  },
  "publisher/unknown-account": {
    "severity": "error",
    "summary": "A recent version was published by an account that has not been there before",
    "why": "The account published none of the releases before and could not have published the last one. A stolen package changes hands exactly so; an honest handover is announced, and a week is long enough to read it.",
    "fix": "Find the announcement of the new maintainer. Without one, stay on the version before.",
    "incident": "event-stream (2018) was handed to a stranger; @solana/web3.js (2024-12) and node-ipc (2026-05-14) were published from another account.",
    "family": "identity"
  },
  "registry-integrity/differs": {
    "severity": "error",
    "summary": "The lockfile pins other bytes than the registry has for this version",
    "why": "A published version never changes. Either the lockfile was edited to let other content in, or the registry serves something else than on the day it was written.",
    "fix": "Do not install. Find out which change of the lockfile brought the digest, and restore the one that the registry has.",
    "family": "content"
  },
  "registry-integrity/not-comparable": {
    "severity": "note",
    "summary": "Lockfile and registry share no hash algorithm for this version",
    "why": "Old versions are published with SHA-1 only, so a SHA-512 in the lockfile cannot be compared with the registry without reading the tarball.",
    "fix": "Nothing is wrong by itself; the package manager still verifies the digest of the lockfile while it installs.",
    "family": "content"
  },
  "registry-signature/expired-key": {
    "severity": "error",
    "summary": "The version was signed with a key after its end",
    "why": "A retired key is no proof for anything that was published after its end: it may be in other hands.",
    "fix": "Do not install it. Compare the version with another source of the same registry.",
    "family": "identity"
  },
  "registry-signature/invalid": {
    "severity": "error",
    "summary": "The registry’s signature is not over the bytes that the lockfile names",
    "why": "The registry signs name, version and digest of everything it publishes. A signature that does not fit means that the lockfile, the document or the tarball was exchanged.",
    "fix": "Do not install. Restore the lockfile entry from a commit that you trust, and find out what changed it.",
    "family": "identity"
  },
  "registry-signature/missing": {
    "severity": "error",
    "summary": "The version carries no signature, while others of its registry do",
    "why": "The registry signed the other versions. One without a signature was added or stripped by somebody in between.",
    "fix": "Ask the registry directly, without a mirror. If it has no signature there either, do not install it.",
    "family": "identity"
  },
  "registry-signature/required": {
    "severity": "error",
    "summary": "The policy requires a registry signature and the version has none",
    "why": "The policy says that this registry must sign. Without a signature nothing but the connection vouches for what it serves.",
    "fix": "Have the registry sign, or let the policy say `signatures: if-offered` for it.",
    "family": "identity"
  },
  "registry-signature/unknown-key": {
    "severity": "error",
    "summary": "The version is signed by a key that nobody vouches for",
    "why": "Either the registry has a new key, or somebody else signed. The two look the same from here.",
    "fix": "Run `lockgate trust update` and try again.",
    "family": "identity"
  },
  "release-age/recent": {
    "severity": "warning",
    "summary": "The version was published less than a week ago",
    "why": "Some attacks live for days before somebody looks.",
    "fix": "Wait some days if nothing presses.",
    "family": "freshness"
  },
  "release-age/too-new": {
    "severity": "error",
    "summary": "The version was published less than a day ago",
    "why": "Nearly every hijacked release is found and removed within hours. Waiting a day costs little and meets most of them.",
    "fix": "Stay on the version before, or wait. A waiver for one exact version lasts at most 14 days.",
    "incident": "chalk and debug (2025-09-08) were malicious for about two hours, axios (2026-03-31) for two to four.",
    "family": "freshness"
  },
  "repository-change/other-owner": {
    "severity": "note",
    "summary": "package.json names a repository of another owner than before",
    "why": "The field is what the publisher claims, so it proves nothing; but a change says that the package has moved, and to whom. Provenance is compared by `provenance-history`.",
    "fix": "Look whether the old repository announces the move.",
    "family": "policy"
  },
  "repository-change/removed": {
    "severity": "note",
    "summary": "package.json no longer names a repository",
    "why": "What a release was built from can no longer be looked up.",
    "fix": "Compare the release with the one before.",
    "family": "policy"
  },
  "slopsquat/conflation": {
    "severity": "warning",
    "summary": "A direct dependency mixes the names of popular packages and is hardly downloaded",
    "why": "Four in ten invented names put two real ones together.",
    "fix": "Check that this package, and not one of the two, was meant.",
    "family": "name"
  },
  "slopsquat/does-not-exist": {
    "severity": "error",
    "summary": "A direct dependency names a package that does not exist or was removed",
    "why": "Language models invent package names, often the same ones again. Whoever registers such a name is installed by everybody who believes the answer.",
    "fix": "Find the package that was meant. Do not wait for somebody to publish this one.",
    "incident": "react-codeshift, a mix of jscodeshift and react-codemod, was copied into 237 repositories before it existed (2026-01).",
    "family": "source"
  },
  "slopsquat/unknown-and-young": {
    "severity": "error",
    "summary": "A direct dependency is new on the registry and hardly downloaded",
    "why": "A name that was invented first and published afterwards is days or weeks old when it is suggested.",
    "fix": "Ask who suggested it and why. Use the established package for the purpose.",
    "family": "freshness"
  },
  "source/foreign-registry": {
    "severity": "error",
    "summary": "The tarball URL points to a host that is not a configured registry",
    "why": "The lockfile decides where bytes come from. An entry that points elsewhere swaps the package while its name stays honest.",
    "fix": "Install again with the configured registry, or name the host under registries in the policy.",
    "family": "source"
  },
  "source/git-dependency": {
    "severity": "error",
    "summary": "A dependency is fetched from a git repository",
    "why": "It has no registry record: no publish time, no signature, no provenance. npm up to version 11 runs its build during the install even with --ignore-scripts.",
    "fix": "Use a published version. A direct one that must stay needs a waiver.",
    "incident": "TanStack (2026-05-11): an optional dependency on an orphan commit of a repository carried the code.",
    "family": "source"
  },
  "source/insecure-transport": {
    "severity": "error",
    "summary": "The tarball URL is plain http",
    "why": "Anybody on the way can replace what is downloaded.",
    "fix": "Use the https address of the registry and install again.",
    "family": "source"
  },
  "source/name-mismatch": {
    "severity": "error",
    "summary": "The tarball URL names another package or version than the entry",
    "why": "A swapped URL with a matching digest installs another package under a trusted name.",
    "fix": "Restore the entry from a commit that you trust, or remove it and install again.",
    "family": "source"
  },
  "source/not-asked-for": {
    "severity": "error",
    "summary": "The lockfile takes a package from elsewhere than the manifest asks for",
    "why": "The manifest asks for a published version, and the lockfile alone sends the install to another package, repository, URL or folder. Package managers follow it without a word.",
    "fix": "Restore the entry from a commit that you trust, or remove it and install again.",
    "family": "source"
  },
  "source/outside-project": {
    "severity": "error",
    "summary": "A dependency is a folder or file outside the project",
    "why": "What is there differs from machine to machine, and no review sees it.",
    "fix": "Move it into the repository as a workspace, or publish it.",
    "family": "source"
  },
  "source/remote-tarball": {
    "severity": "error",
    "summary": "A dependency is downloaded from a plain URL",
    "why": "Nobody but the host of that URL knows what it serves today.",
    "fix": "Use a published version. A direct one that must stay needs a waiver.",
    "family": "source"
  },
  "standing/deprecated": {
    "severity": "note",
    "summary": "The maintainers have deprecated the version",
    "why": "It gets no fixes any more, or something is wrong with it: the message says which.",
    "fix": "Follow the message.",
    "family": "policy"
  },
  "standing/low": {
    "severity": "warning",
    "summary": "A package with hardly any versions, hardly any users and no repository",
    "why": "Nothing speaks for it: nobody has used it for long, and its source can be read nowhere. Helper packages of attacks look like this, and so do abandoned experiments.",
    "fix": "Read its source in the tarball. Take a package with a history if there is one.",
    "incident": "easy-day-js, the helper in the Mastra packages (2026-06-17), had two versions.",
    "family": "name"
  },
  "tarball-archive/ambiguous": {
    "severity": "warning",
    "summary": "The tarball holds several files for one path",
    "why": "Which of them is installed depends on the package manager and the file system. Two manifests show one thing to a reviewer and another to an installer.",
    "fix": "Compare the entries. Two of package.json are an attack until proven otherwise.",
    "family": "content"
  },
  "tarball-archive/damaged": {
    "severity": "error",
    "summary": "The tarball is no archive that extractors agree on",
    "why": "These are the published bytes, and they cannot be unpacked to the end: what was installed, if anything, was not what was looked at.",
    "fix": "Do not install it.",
    "family": "content"
  },
  "tarball-archive/escapes": {
    "severity": "error",
    "summary": "An entry of the tarball points outside the package",
    "why": "An absolute path or one with `..` overwrites files of the machine that unpacks it carelessly. No packing tool writes one.",
    "fix": "Do not install it.",
    "family": "content"
  },
  "tarball-archive/no-manifest": {
    "severity": "error",
    "summary": "The tarball has no package.json that can be read",
    "why": "Without it nothing that the registry says about the package can be compared with what is installed.",
    "fix": "Do not install it.",
    "family": "content"
  },
  "tarball-archive/special-entry": {
    "severity": "warning",
    "summary": "The tarball holds links, devices or other special entries",
    "why": "npm leaves links out when it packs and when it unpacks, other package managers follow them: what is installed depends on who installs.",
    "fix": "Look at where the links lead. Old packages have harmless ones.",
    "family": "content"
  },
  "tarball-integrity/differs": {
    "severity": "error",
    "summary": "The registry serves other bytes than the lockfile names",
    "why": "The digest in the lockfile is what was reviewed. Bytes that do not have it are something else, whatever name they carry.",
    "fix": "Do not install. Ask the registry, or look for a proxy in between; a published version never changes.",
    "family": "content"
  },
  "tarball-integrity/registry-differs": {
    "severity": "error",
    "summary": "The registry serves other bytes than its own metadata names",
    "why": "The lockfile holds no digest that could tell, and the registry contradicts itself: one of its two answers was changed.",
    "fix": "Do not install. Ask whoever runs the registry.",
    "family": "content"
  },
  "tarball-scripts/bundled": {
    "severity": "warning",
    "summary": "A package inside the tarball runs code during the install and the package is on no allowlist",
    "why": "What lies in node_modules of a tarball is installed with it: npm runs its scripts, and no registry was ever asked about it.",
    "fix": "Read the script. If it is honest, add the outer package under allowlists.install-scripts with the reason.",
    "family": "install-time"
  },
  "tarball-scripts/bundled-new": {
    "severity": "error",
    "summary": "A package inside the tarball runs code during the install, in the version before it did not",
    "why": "What lies in node_modules of a tarball is installed with it: npm runs its scripts, and no registry was ever asked about it.",
    "fix": "Stay on the version before until you know why the script is there.",
    "family": "install-time"
  },
  "tarball-scripts/changed": {
    "severity": "error",
    "summary": "The tarball's install script differs from the one in the version before",
    "why": "A known script was replaced: what somebody reviewed is not what runs.",
    "fix": "Compare the two scripts.",
    "family": "install-time"
  },
  "tarball-scripts/gyp-command": {
    "severity": "error",
    "summary": "A binding.gyp runs commands of its own while it is merely read",
    "why": "gyp replaces `<!(command)` by what the command prints. Honest addons ask where headers are; anything else is a hidden script.",
    "fix": "Read the command. If it is honest, add the package under allowlists.install-scripts with the reason.",
    "incident": "Phantom Gyp (2026-06-03).",
    "family": "install-time"
  },
  "tarball-scripts/implicit-build": {
    "severity": "error",
    "summary": "A binding.gyp is built during the install though the registry shows no script",
    "why": "npm runs node-gyp for every package that has a binding.gyp, without any script in its manifest. Gates that look for scripts do not see it.",
    "fix": "Do not install it until you know why an addon is built and not shown.",
    "incident": "Phantom Gyp (2026-06-03).",
    "family": "install-time"
  },
  "tarball-scripts/new": {
    "severity": "error",
    "summary": "The tarball has an install script, the version before's had none",
    "why": "A script that appears in an existing package is how most worms of 2025 and 2026 spread.",
    "fix": "Stay on the version before until you know why the script is there.",
    "family": "install-time"
  },
  "tarball-scripts/target-changed": {
    "severity": "note",
    "summary": "A file that an install script starts differs from the one in the version before",
    "why": "The command is the same, what it does may not be. Most releases of such packages change it honestly; together with another sign it counts.",
    "fix": "Compare the two files.",
    "family": "install-time"
  },
  "tarball-scripts/unlisted": {
    "severity": "warning",
    "summary": "The tarball has an install script that the registry says nothing about and that is on no allowlist",
    "why": "This registry leaves scripts out of its metadata, so that only the tarball tells what runs.",
    "fix": "Read the script. If it is honest, add the package under allowlists.install-scripts with the reason.",
    "family": "install-time"
  },
  "tool-configuration/commands": {
    "severity": "warning",
    "summary": "The package ships a file by which an editor, assistant or package manager runs commands",
    "why": "Tasks, hooks and tool servers start when somebody opens the folder. A library has no reason to bring them.",
    "fix": "Read the file. Most are forgotten by the publisher and harmless as long as nobody opens the folder.",
    "family": "content"
  },
  "tool-configuration/instructions": {
    "severity": "note",
    "summary": "The package ships instructions for AI assistants",
    "why": "Assistants read such files wherever they work, also below node_modules, and may follow them.",
    "fix": "Read the file.",
    "family": "content"
  },
  "trusted-publishing/lost": {
    "severity": "error",
    "summary": "Earlier versions announced provenance or a trusted publisher, this one announces neither",
    "why": "A project that publishes from its pipeline does not go back to a token by itself. Whoever has stolen the token does. Three releases in a row make it an error, fewer a warning.",
    "fix": "Stay on the version before. Ask the project whether it published this one by hand.",
    "incident": "axios (2026-03-31): published with a stolen token, without the trusted publisher of the releases before it.",
    "family": "identity"
  },
  "typosquat/imitates": {
    "severity": "error",
    "summary": "The name imitates that of a much more popular package",
    "why": "Attackers publish under names that people and machines write by mistake: a slip of the finger, a forgotten scope, an alias without npm:.",
    "fix": "Check which package was meant. If it is this one, write a waiver that says who checked.",
    "incident": "crossenv copied the environment of everybody who meant cross-env (2017); naniod, yarsg and rimarf spread a worm in 2026.",
    "family": "name"
  },
  "typosquat/resembles": {
    "severity": "warning",
    "summary": "The name builds on, or lies close to, that of a much more popular package",
    "why": "Most imitations of today add a word that sounds official. Most packages with such names are honest extensions: look before you trust the name.",
    "fix": "Look at who publishes it, since when, and whether the popular package mentions it.",
    "incident": "easy-day-js (2026-06) borrowed the name of dayjs and reached 141 packages.",
    "family": "name"
  },
  "waiver/baseline-stale": {
    "severity": "note",
    "summary": "A finding of the baseline that is gone, or whose baseline has ended",
    "why": "A baseline may only shrink. What is gone should leave it, so that it cannot come back unseen.",
    "fix": "Write the baseline again: lockgate init --baseline takes out what is gone and takes nothing new in.",
    "family": "policy"
  },
  "waiver/expired": {
    "severity": "warning",
    "summary": "A waiver whose end date has passed",
    "why": "A permission that has ended permits nothing: the finding that it covered is back, and the entry is dead weight that hides what is really allowed.",
    "fix": "Remove the entry, or decide again and write a new one with a new reason and date.",
    "family": "policy"
  },
  "waiver/refused": {
    "severity": "error",
    "summary": "A waiver for a rule that nobody may waive",
    "why": "Known malware and forged content are refused whatever a policy says.",
    "fix": "Remove the entry and the package.",
    "family": "policy"
  },
  "waiver/unused": {
    "severity": "warning",
    "summary": "A waiver that matches nothing any more",
    "why": "The finding is gone: the package left, the version moved, or its bytes changed. A permission without a subject would silently cover the next one.",
    "fix": "Remove the entry.",
    "family": "policy"
  }
};
