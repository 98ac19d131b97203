# What Provision.ps1 makes.
@{
    Apps = @(
        @{
            Name       = 'Ticketing'
            Permission = 'Graph/Mail.ReadWrite', 'Graph/Mail.Send'
            Mailbox    = 'support@contoso.onmicrosoft.com'
        }
        @{
            Name       = 'Invoice archive'
            Permission = 'Graph/Mail.Read'
            Mailbox    = 'invoices@contoso.onmicrosoft.com'
        }
    )
}
