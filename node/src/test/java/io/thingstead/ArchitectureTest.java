package io.thingstead;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the house together: who may know whom, and what the ledger must never touch. A rule that is in the way
/// wants a record in docs/decisions/, not an exception here.
class ArchitectureTest {
    private static final String ROOT = "io.thingstead.";

    private static final JavaClasses PROGRAM = program();

    /// Where hash order, clocks, randomness and the outside world come from.
    private static final Set<String> NOT_DETERMINISTIC_TYPES = Set.of(
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.IdentityHashMap",
            "java.util.WeakHashMap",
            "java.util.Hashtable",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.concurrent.ThreadLocalRandom",
            "java.security.SecureRandom",
            "java.util.Locale",
            "java.util.Formatter",
            "java.util.TimeZone",
            "java.util.Timer",
            "java.time.Clock",
            "java.time.InstantSource",
            "java.lang.Thread",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.lang.ThreadLocal",
            "java.util.concurrent.Executor",
            "java.util.concurrent.ExecutorService",
            "java.util.concurrent.Executors",
            "java.util.concurrent.ForkJoinPool",
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.RandomAccessFile");

    /// Calls that answer differently on another day, machine or run (`Class.method`).
    private static final Set<String> NOT_DETERMINISTIC_CALLS = Set.of(
            "java.util.Map.of",
            "java.util.Map.ofEntries",
            "java.util.Map.copyOf",
            "java.util.Set.of",
            "java.util.Set.copyOf",
            "java.util.UUID.randomUUID",
            "java.util.stream.Collectors.toSet",
            "java.util.stream.Collectors.toUnmodifiableSet",
            "java.util.stream.Collectors.toMap",
            "java.util.stream.Collectors.toUnmodifiableMap",
            "java.util.stream.Collectors.groupingBy",
            "java.util.Collection.parallelStream",
            "java.util.List.parallelStream",
            "java.lang.String.format",
            "java.lang.String.formatted",
            "java.lang.String.toLowerCase",
            "java.lang.String.toUpperCase",
            "java.lang.Object.hashCode",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.lang.System.identityHashCode");

    @Test
    void the_program_was_found() {
        assertThat(PROGRAM.containPackage("io.thingstead.kit.model")).isTrue();
        assertThat(PROGRAM.containPackage("io.thingstead.node.storage")).isTrue();
        assertThat(PROGRAM).hasSizeGreaterThan(50);
    }

    @Test
    void packages_form_no_cycle() {
        check(slices().assignedFrom(onePackageEach()).should().beFreeOfCycles());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "consensus", "view"})
    void implementations_of_a_seam_do_not_know_each_other(String seam) {
        check(slices().matching(ROOT + "node." + seam + ".(*)..").should().notDependOnEachOther());
    }

    /// The first column may use itself and what follows; of what is not ours, anything.
    @ParameterizedTest
    @CsvSource({
        "kit.model,",
        "kit.crypto, kit.model",
        "kit.frame, kit.model kit.crypto",
        "kit.command, kit.model kit.crypto kit.frame",
        "kit.merkle, kit.model kit.crypto",
        "kit.money, kit.model kit.crypto",
        "kit.proof, kit.model kit.crypto kit.frame kit.merkle",
        "kit.device, kit",
        "kit.agent, kit.model kit.crypto kit.money",
        "node.challenge, kit",
        "node.people, kit node.storage node.challenge",
        "node.storage, kit.crypto",
        "node.till, kit node.storage node.ledger",
        "node.upgrade, kit.crypto node.storage",
        "node.log, kit node.storage",
        "node.ledger, kit node.contract",
        "node.contract, kit",
        "node.statement, kit node.ledger",
        "node.tls, kit.crypto",
        "node.retention, kit node.storage node.log node.ledger",
        "node.exchange, kit node.ledger node.tls",
        "node.catalogue, kit node.ledger node.view node.exchange",
        "node.mirror, kit node.storage node.log node.ledger node.exchange",
        "node.consensus, kit node.ledger node.storage node.exchange",
        "node.backup, kit node.storage node.log node.ledger node.consensus node.upgrade",
        "node.history, kit node.ledger node.consensus node.exchange",
        "node.trust, kit node.ledger node.consensus node.exchange",
        "node.openapi, kit",
        "node.command, kit node.storage node.log node.ledger",
        "node.ingest, kit node.storage node.log node.ledger node.command node.challenge node.api node.openapi node.tls",
        "node.view, kit node.log node.ledger",
        "node.fleet, kit node.storage node.ledger node.view.live",
        "node.anomaly, kit",
        "node.notify, kit node.storage node.alarm",
        "node.alarm, kit node.storage node.log node.view node.openapi node.anomaly",
    })
    void a_package_uses_only_what_flows_into_it(String name, String others) {
        String[] allowed = (name + " " + (others == null ? "" : others)).trim().split(" +");
        DescribedPredicate<JavaClass> allowedOrForeign = DescribedPredicate.describe(
                String.join(", ", allowed) + " or foreign",
                type -> !isOurs(type) || Set.of(allowed).stream().anyMatch(a -> isInside(type, ROOT + a)));
        check(classes().that().resideInAPackage(ROOT + name + "..").should().onlyDependOnClassesThat(allowedOrForeign));
    }

    @Test
    void the_kit_knows_nothing_of_the_node() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "kit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "node.."));
    }

    /// The device's side alone may speak MQTT, with a library that a device without MQTT leaves out.
    @Test
    void what_a_stranger_must_trust_stands_on_the_jdk_and_the_signature_providers() {
        check(classes()
                .that()
                .resideInAPackage(ROOT + "kit..")
                .and()
                .resideOutsideOfPackage(ROOT + "kit.device..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "kit..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify..",
                        "org.bouncycastle..",
                        "com.amazon.."));
    }

    @Test
    void the_ledger_touches_no_clock_file_socket_random_thread_or_hash_order() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT + "node.ledger..", ROOT + "node.contract..")
                .should()
                .dependOnClassesThat(outsideWorld())
                .orShould()
                .accessTargetWhere(answersDifferentlyElsewhere()));
    }

    @Test
    void ingest_view_and_api_reach_the_ledger_only_through_what_it_shows() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT + "node.ingest..", ROOT + "node.view..", ROOT + "node.api..")
                .should()
                .dependOnClassesThat(machineryOfTheLedger()));
    }

    /// Else a route could be served that the document of the interface leaves out.
    @Test
    void routes_are_registered_with_their_description_and_only_files_of_pages_without() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + "node.api.Routes")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + "node.api.HttpServer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.javalin.config.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "node.web..")
                .should()
                .callMethod(ROOT + "node.api.Routes", "file", "java.lang.String", "io.javalin.http.Handler"));
    }

    @Test
    void nothing_but_commands_and_the_demo_knows_the_wiring() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "node.(*)..")
                .and()
                .resideOutsideOfPackages(ROOT + "node.cli..", ROOT + "node.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "node", ROOT + "node.cli..", ROOT + "node.demo.."));
    }

    @Test
    void names_are_things_and_verbs_of_the_field() {
        check(noClasses().should().haveNameMatching(".*[a-z](Impl|Manager|Helper|Helpers|Util|Utils|Base)"));
        check(noClasses()
                .should()
                .resideInAnyPackage("..common..", "..core..", "..misc..", "..util..", "..utils..", "..helper.."));
    }

    private static JavaClasses program() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false); // names suffice for what is not ours
        Path project = Path.of(System.getProperty("project.root", ".."));
        return new ClassFileImporter()
                .importPaths(project.resolve("kit/target/classes"), project.resolve("node/target/classes"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(PROGRAM);
    }

    private static boolean isOurs(JavaClass type) {
        return isInside(type.getBaseComponentType(), "io.thingstead");
    }

    private static boolean isInside(JavaClass type, String packageName) {
        String name = type.getBaseComponentType().getPackageName();
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }

    /// Actions and the state they change, money, contracts and offers with it, are one thing in five packages.
    private static SliceAssignment onePackageEach() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName()
                        .replace("ledger.action", "ledger")
                        .replace("ledger.money", "ledger")
                        .replace("ledger.contract", "ledger")
                        .replace("ledger.market", "ledger"));
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    private static DescribedPredicate<JavaClass> outsideWorld() {
        return DescribedPredicate.describe("reach the outside world or have no order", type -> {
            String name = type.getName();
            return NOT_DETERMINISTIC_TYPES.contains(name)
                    || name.startsWith("java.nio.file.")
                    || name.startsWith("java.nio.channels.")
                    || name.startsWith("java.net.")
                    || name.startsWith("java.util.random.")
                    || name.startsWith("org.slf4j.");
        });
    }

    private static DescribedPredicate<JavaAccess<?>> answersDifferentlyElsewhere() {
        return DescribedPredicate.describe("answers differently elsewhere", access -> {
            String call = access.getTargetOwner().getName() + "." + access.getName();
            return NOT_DETERMINISTIC_CALLS.contains(call)
                    || (access.getTargetOwner().getName().startsWith("java.time.")
                            && access.getName().equals("now"));
        });
    }

    /// Interfaces, records and enumerations are the ledger's words; its classes are its machinery.
    private static DescribedPredicate<JavaClass> machineryOfTheLedger() {
        return DescribedPredicate.describe("machinery of the ledger", type -> {
            boolean word = type.isInterface() || type.isRecord() || type.isEnum();
            return isInside(type, ROOT + "node.ledger.action")
                    || isInside(type, ROOT + "node.consensus")
                    || (isInside(type, ROOT + "node.ledger") && !word);
        });
    }
}
