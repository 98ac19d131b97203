# Each way an app can lack access, one thing missing or wrong, by protocol and by who asks. Where the session can look, the reported
# reason is what was taken away, and the remedy, invoked as it stands, makes the test pass. All of it is described in one tenant.
BeforeDiscovery {
    $secret = @{ Name = 'Known'; Value = 'matrix-secret-value'; ExpiresIn = 300 }
    # What works, by protocol. {m} is the way's own mailbox, {o} another one.
    $base = @{
        Graph = @{ Permissions = 'Graph/Mail.Read' }
        Imap  = @{ Permissions = 'Exchange/IMAP.AccessAsApp'; FullAccess = '{m}' }
        Smtp  = @{ Permissions = 'Exchange/SMTP.SendAsApp'; SendAs = '{m}' }
    }
    $read = 'Application Mail.Read'; $submit = 'Application SMTP.SendAsApp'
    # Protocol, what is taken away, the reason, and the description: of the app, the mailbox, what else there is, what is done afterwards.
    $ways = @(
        foreach ($p in 'Graph', 'Imap', 'Smtp') {
            @{ Protocol = $p; Way = 'nothing'; Reason = $null }
            @{ Protocol = $p; Way = 'the secret has expired'; Reason = 'CredentialExpired'; App = @{ Secrets = @(@{ Name = 'Known'; Value = 'matrix-secret-value'; ExpiresIn = -1 }) } }
            @{ Protocol = $p; Way = 'the secret was removed'; Reason = 'CredentialWrong'; App = @{ Secrets = 0 } }
            @{ Protocol = $p; Way = 'another secret is used'; Reason = 'CredentialWrong'; App = @{ Secrets = @(@{ Name = 'Other'; Value = 'another-secret-value'; ExpiresIn = 300 }) } }
            @{ Protocol = $p; Way = 'the app is disabled'; Reason = 'AppDisabled'; App = @{ Disabled = $true } }
            @{ Protocol = $p; Way = 'Conditional Access blocks the app'; Reason = 'ConditionalAccess'; Blocked = $true; NoRemedy = 'an administrator of the policy has to decide' }
            @{ Protocol = $p; Way = 'the client ID is of no app'; Reason = 'AppNotFound'; ClientId = '99999999-9999-4999-8999-999999999999'; NoRemedy = 'an app has to be chosen' }
            @{ Protocol = $p; Way = 'the user has no mailbox'; Reason = 'LicenseMissing'; Mailbox = @{ Type = 'None' }; NoRemedy = 'a license has to be bought' }
            @{ Protocol = $p; Way = 'the mailbox is on premises'; Reason = 'MailboxOnPremises'; Mailbox = @{ Type = 'OnPremises' }; NoRemedy = 'the mailbox has to be migrated' }
            @{ Protocol = $p; Way = 'the mailbox was deleted'; Reason = 'MailboxSoftDeleted'; Mailbox = @{ Type = 'SoftDeleted' }; NoRemedy = 'the user has to be restored' }
            @{ Protocol = $p; Way = 'the address is of nobody'; Reason = 'MailboxNotFound'; Address = 'nobody@contoso.onmicrosoft.com'; NoRemedy = 'a mailbox has to be chosen' }
        }
        @{ Protocol = 'Graph'; Way = 'nothing was consented to'; Reason = 'PermissionMissing'; App = @{ Permissions = @(); RequestedPermissions = 'Graph/Mail.Read' } }
        @{ Protocol = 'Graph'; Way = 'only a delegated permission is granted'; Reason = 'PermissionMissing'; App = @{ Permissions = @(); DelegatedPermissions = 'Graph/Mail.Read' } }
        @{ Protocol = 'Graph'; Way = 'the permission is of Exchange'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Exchange/Mail.Read' } }
        @{ Protocol = 'Graph'; Way = 'the permission is for settings'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Graph/MailboxSettings.Read' } }
        @{ Protocol = 'Graph'; Way = 'the permission is for sending'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Graph/Mail.Send' } }
        @{ Protocol = 'Graph'; Way = 'the permission is for IMAP'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Exchange/IMAP.AccessAsApp'; FullAccess = '{m}' } }
        @{ Protocol = 'Graph'; Way = 'the role is for sending'; Reason = 'PermissionMissing'; App = @{ Permissions = @(); Roles = @(@{ Role = 'Application Mail.Send' }) } }
        @{ Protocol = 'Graph'; Way = 'the scope is of another mailbox'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; RecipientFilter = "PrimarySmtpAddress -eq '{o}'" }) } }
        @{ Protocol = 'Graph'; Way = 'the list of mailboxes lacks it'; Reason = 'OutOfScope'; App = @{ Permissions = @() }; After = { param($app, $mailbox, $other) Limit-MailApp -App $app -Mailbox $other -Permission Graph/Mail.Read } }
        @{ Protocol = 'Graph'; Way = 'the scope''s group lacks it'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; Group = 'Group {n}' }) }; Group = @{ Members = '{o}' } }
        @{ Protocol = 'Graph'; Way = 'it is in a group in the scope''s group'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; Group = 'Group {n}' }) }; Group = @{ Members = 'Inner' } }
        @{ Protocol = 'Graph'; Way = 'the scope''s group is dynamic'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; Group = 'Group {n}' }) }; Group = @{ Type = 'Dynamic'; RecipientFilter = "Department -eq 'Dynamic'" }; Mailbox = @{ Department = 'Dynamic' } }
        @{ Protocol = 'Graph'; Way = 'the scope''s filter names a group without it'; Reason = 'OutOfScope'; App = @{ Permissions = @() }; Group = @{ Members = '{o}' }; After = { param($app, $mailbox, $other, $n) Limit-MailApp -App $app -Group "Group $n" -Permission Graph/Mail.Read } }
        @{ Protocol = 'Graph'; Way = 'the scope''s attribute is missing'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; RecipientFilter = "CustomAttribute1 -eq 'Scanned'" }) } }
        @{ Protocol = 'Graph'; Way = 'the scope''s department is another one'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; RecipientFilter = "Department -eq 'Sales' -and RecipientTypeDetails -eq 'UserMailbox'" }) } }
        @{ Protocol = 'Graph'; Way = 'the administrative unit lacks it'; Reason = 'OutOfScope'; App = @{ Permissions = @(); Roles = @(@{ Role = $read; AdministrativeUnit = 'Unit' }) }; NoRemedy = 'the command is one of Microsoft Graph''s module' }
        @{ Protocol = 'Graph'; Way = 'a policy restricts to another mailbox'; Reason = 'PolicyDenied'; Policy = @{ AccessRight = 'RestrictAccess'; Scope = '{o}' } }
        @{ Protocol = 'Graph'; Way = 'a policy restricts to a group without it'; Reason = 'PolicyDenied'; Policy = @{ AccessRight = 'RestrictAccess'; Scope = 'Group {n}' }; Group = @{ Members = '{o}' } }
        @{ Protocol = 'Graph'; Way = 'a policy denies it'; Reason = 'PolicyDenied'; Policy = @{ AccessRight = 'DenyAccess'; Scope = '{m}' } }
        @{ Protocol = 'Graph'; Way = 'a policy denies its group'; Reason = 'PolicyDenied'; Policy = @{ AccessRight = 'DenyAccess'; Scope = 'Group {n}' }; Group = @{ Members = '{m}' } }
        @{ Protocol = 'Graph'; Way = 'Exchange has the object ID of the registration'; Reason = 'WrongObjectId'; App = @{ Permissions = @(); ExchangeEntry = 'ApplicationObjectId'; Roles = @(@{ Role = $read }) } }
        @{ Protocol = 'Graph'; Way = 'Exchange has an unknown object ID'; Reason = 'WrongObjectId'; App = @{ Permissions = @(); ExchangeEntry = 'Unknown'; Roles = @(@{ Role = $read }) } }
        @{ Protocol = 'Imap'; Way = 'nothing was consented to'; Reason = 'PermissionMissing'; App = @{ Permissions = @(); RequestedPermissions = 'Exchange/IMAP.AccessAsApp' } }
        @{ Protocol = 'Imap'; Way = 'the permission is for POP'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Exchange/POP.AccessAsApp' } }
        @{ Protocol = 'Imap'; Way = 'the permission is for Graph'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Graph/Mail.ReadWrite' } }
        @{ Protocol = 'Imap'; Way = 'Exchange doesn''t know the app'; Reason = 'NotRegisteredInExchange'; App = @{ ExchangeEntry = 'None'; FullAccess = @() } }
        @{ Protocol = 'Imap'; Way = 'Exchange has the object ID of the registration'; Reason = 'WrongObjectId'; App = @{ ExchangeEntry = 'ApplicationObjectId' } }
        @{ Protocol = 'Imap'; Way = 'Exchange has an unknown object ID'; Reason = 'WrongObjectId'; App = @{ ExchangeEntry = 'Unknown' } }
        @{ Protocol = 'Imap'; Way = 'FullAccess is missing'; Reason = 'FullAccessMissing'; App = @{ ExchangeEntry = 'Correct'; FullAccess = @() } }
        @{ Protocol = 'Imap'; Way = 'there is only Send As'; Reason = 'FullAccessMissing'; App = @{ FullAccess = @(); SendAs = '{m}' } }
        @{ Protocol = 'Imap'; Way = 'FullAccess is to another mailbox'; Reason = 'FullAccessMissing'; App = @{ FullAccess = '{o}' } }
        @{ Protocol = 'Imap'; Way = 'a role in Exchange stands for FullAccess'; Reason = 'FullAccessMissing'; App = @{ FullAccess = @(); Roles = @(@{ Role = 'Application Mail Full Access' }) } }
        @{ Protocol = 'Imap'; Way = 'IMAP is disabled'; Reason = 'ImapDisabled'; Mailbox = @{ ImapEnabled = $false } }
        @{ Protocol = 'Smtp'; Way = 'nothing was consented to'; Reason = 'PermissionMissing'; App = @{ Permissions = @(); RequestedPermissions = 'Exchange/SMTP.SendAsApp' } }
        @{ Protocol = 'Smtp'; Way = 'the permission is for Graph'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Graph/Mail.Send' } }
        @{ Protocol = 'Smtp'; Way = 'the permission is for IMAP'; Reason = 'PermissionMissing'; App = @{ Permissions = 'Exchange/IMAP.AccessAsApp' } }
        @{ Protocol = 'Smtp'; Way = 'the role is for Graph'; Reason = 'PermissionMissing'; App = @{ Permissions = @(); Roles = @(@{ Role = 'Application Mail.Send' }) } }
        @{ Protocol = 'Smtp'; Way = 'Exchange doesn''t know the app'; Reason = 'NotRegisteredInExchange'; App = @{ ExchangeEntry = 'None'; SendAs = @() } }
        @{ Protocol = 'Smtp'; Way = 'Exchange has the object ID of the registration'; Reason = 'WrongObjectId'; App = @{ ExchangeEntry = 'ApplicationObjectId' } }
        @{ Protocol = 'Smtp'; Way = 'Exchange has an unknown object ID'; Reason = 'WrongObjectId'; App = @{ ExchangeEntry = 'Unknown' } }
        @{ Protocol = 'Smtp'; Way = 'neither Send As nor FullAccess'; Reason = 'SendAsMissing'; App = @{ ExchangeEntry = 'Correct'; SendAs = @() } }
        @{ Protocol = 'Smtp'; Way = 'FullAccess without Send As'; Reason = 'SendAsMissing'; App = @{ SendAs = @(); FullAccess = '{m}' } }
        @{ Protocol = 'Smtp'; Way = 'Send As on another mailbox'; Reason = 'SendAsMissing'; App = @{ SendAs = '{o}' } }
        @{ Protocol = 'Smtp'; Way = 'the role is for another mailbox'; Reason = 'OutOfScope'; App = @{ Permissions = @(); SendAs = @(); Roles = @(@{ Role = $submit; RecipientFilter = "PrimarySmtpAddress -eq '{o}'" }) } }
        @{ Protocol = 'Smtp'; Way = 'the role''s group lacks it'; Reason = 'OutOfScope'; App = @{ Permissions = @(); SendAs = @(); Roles = @(@{ Role = $submit; Group = 'Group {n}' }) }; Group = @{ Members = '{o}' } }
        @{ Protocol = 'Smtp'; Way = 'SMTP AUTH is off for the mailbox'; Reason = 'SmtpAuthDisabled'; Mailbox = @{ SmtpClientAuthenticationDisabled = $true } }
        @{ Protocol = 'Smtp'; Way = 'SMTP AUTH is off for the tenant'; Reason = 'SmtpAuthDisabled'; Mailbox = @{ SmtpClientAuthenticationDisabled = $null } }
        @{ Protocol = 'Smtp'; Way = 'the permission takes the role''s place'; Reason = 'SendAsMissing'; App = @{ SendAs = @(); Roles = @(@{ Role = $submit }) } }
    )
    $n = 0
    foreach ($way in $ways) { $way.Number = ++$n }
    $lacking = $ways.Where({ $_.Reason })
}

Describe 'What an app lacks' -ForEach @{ ways = $ways; base = $base; secret = $secret } {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $ConfirmPreference = 'None'

        # Puts the names of a way into its description.
        function Expand($value, [int] $n) {
            if ($value -is [string]) { return $value.Replace('{m}', "way$n@contoso.onmicrosoft.com").Replace('{o}', 'other@contoso.onmicrosoft.com').Replace('{n}', "$n") }
            if ($value -is [hashtable]) {
                $copy = @{}
                foreach ($key in $value.Keys) { $copy[$key] = Expand $value[$key] $n }
                return $copy
            }
            if ($value -is [array]) { return , @($value.ForEach({ Expand $_ $n })) }
            $value
        }

        # The commands of Exchange's own module that remedies name: they send what that module would, as who is signed in.
        function Invoke-Exchange([string] $cmdlet, [hashtable] $parameters) {
            $context = Get-MailAdminContext | Where-Object IsDefault
            $session = $context.GetType().GetProperty('Handle', 36).GetValue($context)
            $exchange = $session.GetType().GetProperty('Exchange', 36).GetValue($session)
            $method = $exchange.GetType().GetMethod('ChangeAsync')
            $json = [System.Text.Json.Nodes.JsonNode]::Parse(($parameters | ConvertTo-Json -Compress)).AsObject()
            $null = $method.Invoke($exchange, @($cmdlet, $json, [System.Threading.CancellationToken]::None)).GetAwaiter().GetResult()
        }
        function Add-DistributionGroupMember($Identity, $Member) { Invoke-Exchange Add-DistributionGroupMember $PSBoundParameters }
        function Remove-DistributionGroupMember($Identity, $Member) { Invoke-Exchange Remove-DistributionGroupMember $PSBoundParameters }
        function Set-ManagementScope($Identity, $RecipientRestrictionFilter) { Invoke-Exchange Set-ManagementScope $PSBoundParameters }
        function New-ManagementScope($Name, $RecipientRestrictionFilter) { Invoke-Exchange New-ManagementScope $PSBoundParameters }
        function New-ManagementRoleAssignment($App, $Role, $CustomResourceScope) { Invoke-Exchange New-ManagementRoleAssignment $PSBoundParameters }
        function Set-Mailbox($Identity, $CustomAttribute1) { Invoke-Exchange Set-Mailbox $PSBoundParameters }

        $mailboxes = @(@{ Name = 'other' }, @{ Name = 'inner' })
        $groups = @(@{ Name = 'Inner'; Members = 'inner' })
        $apps = @(@{ Name = 'Stranger'; Secrets = @($secret) })
        $policies = @()
        foreach ($way in $ways) {
            $n = $way.Number
            $mailbox = @{ Name = "way$n"; SmtpClientAuthenticationDisabled = $false }
            if ($way.Mailbox) { foreach ($key in $way.Mailbox.Keys) { $mailbox[$key] = $way.Mailbox[$key] } }
            if ($null -eq $mailbox.SmtpClientAuthenticationDisabled) { $mailbox.Remove('SmtpClientAuthenticationDisabled') }
            $mailboxes += $mailbox
            $app = @{ Name = "App $n"; Secrets = @($secret) }
            $what = if ($way.Mailbox.Type -in 'None', 'OnPremises', 'SoftDeleted') { @{ Permissions = $base[$way.Protocol].Permissions } } else { $base[$way.Protocol] }
            foreach ($part in $what, $way.App) { if ($part) { foreach ($key in $part.Keys) { $app[$key] = $part[$key] } } }
            $apps += Expand $app $n
            if ($way.Group) { $groups += Expand (@{ Name = "Group $n" } + $way.Group) $n }
            if ($way.Policy) { $policies += Expand (@{ App = "App $n" } + $way.Policy) $n }
        }
        $sandbox = New-MailSandbox -Description @{
            Mailboxes = $mailboxes; Groups = $groups; Apps = $apps; AccessPolicies = $policies
            AdministrativeUnits = @(@{ Name = 'Unit'; Members = 'other' })
            ConditionalAccess = @(@{ Name = 'No robots'; BlockApps = @($ways.Where({ $_.Blocked }).ForEach({ "App $($_.Number)" })) })
        }
        $null = $sandbox | Connect-MailAdmin -Name Admin
        $ids = @{}
        Get-MailAppRegistration 'App *' | ForEach-Object { $ids[$_.Name] = $_.ClientId }
        $stranger = (Get-MailAppRegistration Stranger).ClientId
        $known = ConvertTo-SecureString matrix-secret-value -AsPlainText -Force

        function Test-Way($way, [switch] $Blind) {
            $id = $way.ClientId ?? $ids["App $($way.Number)"]
            $address = $way.Address ?? "way$($way.Number)@contoso.onmicrosoft.com"
            $parameters = @{ TenantId = $sandbox.TenantId; ClientId = $id; Mailbox = $address; Protocol = $way.Protocol; ClientSecret = $known }
            $made = $Blind ? $null : $made[$way.Number]
            if ($made) { $parameters.ClientSecret = $made.ClientSecret }
            New-MailboxConnection @parameters | Test-MailboxConnection
        }
        $made = @{}
        foreach ($way in $ways) {
            if ($way.After) { $null = & $way.After $ids["App $($way.Number)"] "way$($way.Number)@contoso.onmicrosoft.com" 'other@contoso.onmicrosoft.com' $way.Number 3>$null }
        }
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It '<Protocol>: <Way>: access works' -ForEach $ways.Where({ -not $_.Reason }) {
        $test = Test-Way $_
        $test.Verdict | Should -Be Passed -Because $test.Cause
        $test.Reason | Should -BeNullOrEmpty
        $test.Remedy | Should -BeNullOrEmpty
    }

    It '<Protocol>: <Way>: a session that can''t look names no other cause, and the command of one who can' -ForEach $lacking {
        $null = $sandbox | Connect-MailAdmin -Name Stranger -TenantId $sandbox.TenantId -ClientId $stranger -ClientSecret $known
        try { $test = Test-Way $_ -Blind } finally { Disconnect-MailAdmin -Name Stranger }
        # Over SMTP, the right to send shows only in the answer to a message, and none was sent.
        "$($test.Verdict)" | Should -BeIn (@('Failed') + @{ SendAsMissing = 'Unknown' }[$Reason]) -Because "$Way"
        $test.Cause | Should -Not -BeNullOrEmpty
        $test.Advice | Should -Not -BeNullOrEmpty
        $same = @($Reason, 'Other', 'NotReadable') + @{ LicenseMissing = 'MailboxNotFound'; MailboxSoftDeleted = 'MailboxNotFound'; MailboxOnPremises = 'MailboxNotFound'; CredentialExpired = 'CredentialWrong' }[$Reason]
        "$($test.Reason)" | Should -BeIn $same -Because $test.Cause
        if ("$($test.Reason)" -in 'Other', 'NotReadable') {
            $test.Remedy.CommandLine | Should -Be "Test-MailAppAccess -App $($test.ClientId) -Mailbox $($test.Mailbox) -Protocol $Protocol"
        }
        else {
            $test.Remedy.CommandLine | Should -Not -BeNullOrEmpty
        }
    }

    It '<Protocol>: <Way>: a session that can look names <Reason>, and its remedy makes it pass' -ForEach $lacking {
        $test = Test-Way $_
        "$($test.Verdict) $($test.Reason)" | Should -Be "Failed $Reason" -Because $test.Cause
        $test.Advice | Should -Not -BeNullOrEmpty
        if ($Blocked) {
            $test.Cause | Should -Match "the policy is 'No robots'"
            $test.Remedy.CommandLine | Should -BeLike 'Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId *'
        }
        if ($Reason -notin 'AppNotFound', 'MailboxNotFound', 'MailboxOnPremises', 'MailboxSoftDeleted', 'LicenseMissing', 'CredentialWrong', 'CredentialExpired', 'ConditionalAccess') {
            $access = Test-MailAppAccess -App $test.ClientId -Mailbox $test.Mailbox -Protocol $Protocol -ErrorAction SilentlyContinue
            if ($access) { "$($access.Verdict) $($access.Reason)" | Should -Be "Failed $Reason"; $access.Remedy | Should -Be $test.Remedy }
        }
        if ($NoRemedy) { return }
        $test.Remedy.RequiredRole | Should -Not -BeNullOrEmpty
        $result = Invoke-Expression $test.Remedy.CommandLine 3>$null
        if ($test.Remedy.Command -eq 'New-MailAppSecret') { $made[$_.Number] = $result }
        $after = Test-Way $_
        $after.Verdict | Should -Be Passed -Because "$($test.Remedy): $($after.Cause)"
    }
}

Describe 'What a tenant lacks' -ForEach @{ secret = $secret } {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $ConfirmPreference = 'None'
        $known = ConvertTo-SecureString matrix-secret-value -AsPlainText -Force
    }

    BeforeEach {
        $sandbox = New-MailSandbox -Description @{
            Mailboxes = @(@{ Name = 'way'; SmtpClientAuthenticationDisabled = $false })
            Apps = @(@{
                Name = 'App'; Secrets = @($secret); FullAccess = 'way'; SendAs = 'way'
                Permissions = 'Graph/Mail.Read', 'Exchange/IMAP.AccessAsApp', 'Exchange/SMTP.SendAsApp'
            })
        }
        $null = $sandbox | Connect-MailAdmin
        $id = (Get-MailAppRegistration App).ClientId
        function Test-It($protocol) { Test-MailboxConnection -App $id -Mailbox way@contoso.onmicrosoft.com -Protocol $protocol -ClientSecret $known }
        # The administrator's tokens are good for an hour, whatever is disabled then.
        $null = Get-MailboxAccess -Mailbox way@contoso.onmicrosoft.com
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It '<Protocol>: the service principal of <Service> is disabled' -ForEach @(
        @{ Protocol = 'Graph'; Service = '00000003-0000-0000-c000-000000000000' }
        @{ Protocol = 'Imap'; Service = '00000002-0000-0ff1-ce00-000000000000' }
        @{ Protocol = 'Smtp'; Service = '00000002-0000-0ff1-ce00-000000000000' }
    ) {
        $null = Set-MailAppRegistration -App $Service -Enabled $false
        $test = Test-It $Protocol
        "$($test.Verdict) $($test.Reason)" | Should -Be 'Failed ResourceDisabled'
        $null = Invoke-Expression $test.Remedy.CommandLine
        (Test-It $Protocol).Verdict | Should -Be Passed
    }

    It '<_>: Exchange Online''s service principal is missing, and the permissions with it' -ForEach Imap, Smtp {
        Set-MailSandbox -Description @{ ExchangeServicePrincipal = $false }
        $test = Test-It $_
        "$($test.Verdict) $($test.Reason) $($test.Remedy)" | Should -Be 'Failed ResourceMissing Initialize-MailAdmin -ExchangeOnline'
        $null = Invoke-Expression $test.Remedy.CommandLine
        $test = Test-It $_
        "$($test.Verdict) $($test.Reason)" | Should -Be 'Failed PermissionMissing'
        $null = Invoke-Expression $test.Remedy.CommandLine 3>$null
        (Test-It $_).Verdict | Should -Be Passed
    }

    It 'Smtp: security defaults are on, and there is another way' {
        Set-MailSandbox -Description @{ SecurityDefaults = $true }
        $test = Test-It Smtp
        "$($test.Verdict) $($test.Reason)" | Should -Be 'Failed SecurityDefaults'
        $test.Advice | Should -Match 'over Graph'
        (Test-It Imap).Verdict | Should -Be Passed
    }
}
