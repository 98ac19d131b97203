using System.Globalization;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>Generates the users and shared mailboxes of a tenant of any size; always the same ones.</summary>
internal static class InventedPeople
{
    private static readonly string[] FirstNames =
    [
        "Adele", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hannah", "Ivan", "Julia", "Karl", "Lena", "Marco", "Nadia",
        "Oscar", "Paula", "Quentin", "Rosa", "Samir", "Tessa", "Ulrich", "Vera", "Walter", "Xenia", "Yusuf", "Zoe",
    ];

    private static readonly string[] LastNames =
    [
        "Abel", "Brandt", "Castillo", "Dubois", "Eriksen", "Ferrari", "Gruber", "Haas", "Ivanova", "Jansen", "Keller",
        "Lindqvist", "Moreau", "Novak", "Ortega", "Petersen", "Quinn", "Richter", "Schuster", "Tanaka", "Unger", "Visser",
        "Weber", "Yildiz", "Zimmer",
    ];

    private static readonly string[] Departments = ["Sales", "Finance", "Production", "Support", "Legal"];

    /// <summary>Returns a number of them. Every tenth is a shared mailbox.</summary>
    public static IEnumerable<MailboxDescription> Take(int count) => Enumerable.Range(0, count).Select(One);

    private static MailboxDescription One(int i)
    {
        var department = Departments[i % Departments.Length];
        if (i % 10 == 9)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"team{(i / 10) + 1}");
            return new MailboxDescription(name)
            {
                DisplayName = string.Create(CultureInfo.InvariantCulture, $"Team {(i / 10) + 1}"),
                Kind = MailboxKind.Shared,
                Attributes = new Dictionary<string, string> { ["Department"] = department },
            };
        }

        // The lengths of the two lists have no common divisor, so no pair is repeated before all were used.
        string first = FirstNames[i % FirstNames.Length], last = LastNames[i % LastNames.Length];
        var round = i / (FirstNames.Length * LastNames.Length);
        var number = round == 0 ? "" : (round + 1).ToString(CultureInfo.InvariantCulture);
        return new MailboxDescription($"{first}.{last}{number}".ToLowerInvariant())
        {
            DisplayName = $"{first} {last}{(number.Length > 0 ? $" {number}" : "")}",
            Attributes = new Dictionary<string, string> { ["Department"] = department },
        };
    }
}
