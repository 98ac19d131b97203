# What an admin expects at the prompt: completion, a mailbox that is enough, credentials of every kind, tables at 80 columns.
Describe 'At the prompt' {
    BeforeAll {
        $module = Import-Module $env:MAILADMIN_MODULE -PassThru
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        $sandbox = New-MailSandbox
        $null = $sandbox | Connect-MailAdmin
        $mailbox = 'invoices@contoso.onmicrosoft.com'
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send, Exchange/IMAP.AccessAsApp -TenantWide -Confirm:$false
        $secret = ConvertFrom-SecureString $app.ClientSecret -AsPlainText

        function Complete([string] $Line) {
            (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
        }
    }

    AfterAll {
        $PSStyle.OutputRendering = $rendering
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'completes <_> in every cmdlet that has it' -ForEach 'App', 'Mailbox', 'Folder', 'Context', 'KeyId', 'TimeZone', 'Vault', 'Recipe', 'Language', 'User' {
        $name = $_
        $has = $module.ExportedCmdlets.Values | Where-Object { $_.Parameters.ContainsKey($name) -and $_.Parameters[$name].Name -eq $name }
        $has | Should -Not -BeNullOrEmpty
        # That of New-MailSandbox makes mailboxes, and finds none.
        $has | Where-Object { $_.Name -ne 'New-MailSandbox' -and -not ($_.Parameters[$name].Attributes | Where-Object { $_ -is [ArgumentCompleter] }) } |
            ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'completes what was shown, and asks no service for it' {
        $null = Get-MailAppCredential $app
        Set-MailSandbox -Fault ConnectionCut
        try {
            Complete 'Get-MailAppPermission -App Arch' | Should -Contain $app.ClientId
            Complete 'Test-MailboxConnection -Mailbox inv' | Should -Be $mailbox
            Complete 'Get-MailAppRegistration -Context ' | Should -Be Default
            Complete 'Remove-MailAppCredential -KeyId ' | Should -Contain $app.SecretId
            Complete 'Set-MailboxSetting -TimeZone W.' | Should -Contain "'W. Europe Standard Time'"
            Complete 'Set-MailboxSetting -TimeZone Europe/Berl' | Should -Be "'W. Europe Standard Time'"
            Complete 'Set-MailboxSetting -Language Germ' | Should -Contain de-DE
            Complete 'Install-MailApp Ji' | Should -Be Jim2, Jim2Outgoing
        }
        finally {
            Set-MailSandbox -ClearFault
        }
    }

    It 'works as the identity that is signed in, if it can open the mailbox' {
        $null = $sandbox | Connect-MailAdmin -Name App -TenantId $app.TenantId -ClientId $app.ClientId -ClientSecret $app.ClientSecret
        (Test-MailboxConnection -Mailbox $mailbox).Verdict | Should -Be Passed
        @(Get-MailboxMessage -Mailbox $mailbox -First 2) | Should -HaveCount 2
        @(Get-MailFolder -Mailbox $mailbox) | Should -Not -BeNullOrEmpty
        @(Receive-MailboxMessage -Mailbox $mailbox -Destination (Join-Path $TestDrive own)).Count | Should -BeGreaterThan 2
        # Exchange lets the app in by a role, which its token doesn't show.
        $null = Connect-MailAdmin -Sandbox -Name Other
        $scoped = New-MailAppRegistration Scoped -Mailbox $mailbox -ApplicationPermission Graph/Mail.Read
        $null = (Get-MailAdminContext -Name Other).Sandbox | Connect-MailAdmin -Name Scoped -TenantId $scoped.TenantId -ClientId $scoped.ClientId -ClientSecret $scoped.ClientSecret
        @(Get-MailboxMessage -Mailbox $mailbox -First 2) | Should -HaveCount 2
        { Get-MailboxMessage -Mailbox bob@contoso.onmicrosoft.com -ErrorAction Stop } | Should -Throw -ErrorId 'AppRequired*'
        'Scoped', 'Other', 'App' | ForEach-Object { Disconnect-MailAdmin -Name $_ }
    }

    It 'says which app to name if it can''t' {
        $refused = { Test-MailboxConnection -Mailbox $mailbox -ErrorAction Stop } | Should -Throw -ErrorId 'AppRequired*' -PassThru
        "$refused" | Should -BeLike "MailAdmin can't access $mailbox*"
        $refused.ErrorDetails.RecommendedAction | Should -BeLike '*-App*Get-MailAppAccess -Mailbox*'
        $refused = { Get-MailFolder -Mailbox $mailbox -Protocol Imap -ErrorAction Stop } | Should -Throw -ErrorId 'AppRequired*'
        # A message stands for itself, with no app named either.
        $message = Get-MailboxMessage -App $app -Mailbox $mailbox -First 1
        { $message | Get-MailFolder -ErrorAction Stop } | Should -Throw -ErrorId 'AppRequired*'
        { $message | Test-MailboxConnection -ErrorAction Stop } | Should -Throw -ErrorId 'AppRequired*'
        { $mailbox | Get-MailFolder -ErrorAction Stop } | Should -Throw -ErrorId 'AppRequired*'
    }

    It 'takes a PSCredential where a client ID and a secret are asked for' {
        $credential = [pscredential]::new($app.ClientId, $app.ClientSecret)
        ($sandbox | Connect-MailAdmin -Name Credential -TenantId $app.TenantId -Credential $credential).ClientId | Should -Be $app.ClientId
        Disconnect-MailAdmin -Name Credential
        (New-MailboxConnection $mailbox -TenantId $app.TenantId -Credential $credential | Test-MailboxConnection).Verdict | Should -Be Passed
        foreach ($command in $module.ExportedCmdlets.Values | Where-Object { $_.Parameters.ContainsKey('ClientId') -and $_.Parameters.ContainsKey('ClientSecret') -and $_.Parameters.ClientId.Name -eq 'ClientId' -and -not $_.Parameters.ContainsKey('App') }) {
            $command.Parameters.ContainsKey('Credential') | Should -BeTrue -Because $command.Name
        }
    }

    It 'takes a <Kind> from a vault' -ForEach @{ Kind = 'client secret' }, @{ Kind = 'PSCredential' }, @{ Kind = 'PFX as octets' }, @{ Kind = 'PFX as base64' } {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=vault', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(30))
        $signed = New-MailAppRegistration Signed -Certificate $certificate -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $pfx = $certificate.Export('Pfx')
        $who = $Kind -like 'PFX*' ? $signed : $app
        $held = switch ($Kind) {
            'client secret' { $app.ClientSecret }
            'PSCredential' { [pscredential]::new($app.ClientId, $app.ClientSecret) }
            'PFX as octets' { $null }
            'PFX as base64' { ConvertTo-SecureString ([Convert]::ToBase64String($pfx)) -AsPlainText }
        }
        if ($Kind -eq 'PFX as octets') { $held = $pfx }
        $global:mailAdminVault = @{ Product = $held }
        # What SecretManagement's cmdlet does, on a table.
        function global:Get-Secret {
            [CmdletBinding()] param($Name, $Vault)
            if (-not $global:mailAdminVault.ContainsKey($Name)) { throw "The secret $Name was not found." }
            $PSCmdlet.WriteObject($global:mailAdminVault[$Name], $false)
        }
        try {
            $id = $Kind -eq 'PSCredential' ? @{} : @{ ClientId = $who.ClientId }
            ($sandbox | Connect-MailAdmin -Name Vault -TenantId $who.TenantId @id -SecretName Product).ClientId | Should -Be $who.ClientId
            Disconnect-MailAdmin -Name Vault
            (New-MailboxConnection $mailbox -TenantId $who.TenantId @id -SecretName Product -Vault Any | Test-MailboxConnection).Verdict | Should -Be Passed
            { $sandbox | Connect-MailAdmin -TenantId $who.TenantId -SecretName None } | Should -Throw -ErrorId 'VaultNotAvailable*'
            if ($Kind -ne 'PSCredential') {
                { $sandbox | Connect-MailAdmin -TenantId $who.TenantId -SecretName Product } | Should -Throw -ErrorId 'ClientIdRequired*'
            }
        }
        finally {
            Remove-Item Function:global:Get-Secret
            Remove-Variable mailAdminVault -Scope Global
        }
    }

    It 'says that a job has sign-ins of its own, and takes the object there' {
        $context = Get-MailAdminContext
        $named = Start-ThreadJob { Import-Module $using:env:MAILADMIN_MODULE; Get-MailAppRegistration -Context Default } | Receive-Job -Wait -AutoRemoveJob -ErrorVariable failed -ErrorAction SilentlyContinue
        $named | Should -BeNullOrEmpty
        "$failed" | Should -BeLike '*No context named*-Context $using:context*'
        (Start-ThreadJob { Import-Module $using:env:MAILADMIN_MODULE; Get-MailAppRegistration Archive -Context $using:context } | Receive-Job -Wait -AutoRemoveJob).ClientId | Should -Be $app.ClientId
        $both = 'Archive', 'MailAdmin' | ForEach-Object -Parallel {
            Import-Module $using:env:MAILADMIN_MODULE
            Get-MailAppRegistration $_ -Context $using:context
        }
        $both.Name | Sort-Object | Should -Be Archive, MailAdmin
    }

    It 'shows every table whole at <_> columns' -ForEach 80, 120 {
        $width = $_
        $copy = New-MailSandbox | Connect-MailAdmin -Name Tables
        $reader = New-MailAppRegistration 'Invoice reader of the third floor' -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send, Exchange/IMAP.AccessAsApp -TenantWide -Confirm:$false
        $shown = @(
            Get-MailAdminContext; Get-MailAppRegistration *; Get-MailAppAccess; Get-MailAppCredential $reader; Get-MailAppConsentRequest
            Get-MailAppConsentPolicy; Get-MailAppPermission $reader; New-MailboxConnection $mailbox $reader; Test-MailboxConnection -App $reader -Mailbox $mailbox
            (Test-MailboxConnection -App $reader -Mailbox $mailbox).Checks; Get-MailFolder -App $reader -Mailbox $mailbox; Get-MailboxMessage -App $reader -Mailbox $mailbox
            Grant-MailboxAccess $mailbox $reader; Get-MailboxSetting $mailbox; Get-MailAdminChange; Test-MailAppAccess $reader $mailbox; Get-MailAppRecipe; $copy.Sandbox
            Get-MailSandboxMessage $mailbox; Receive-MailboxMessage -App $reader -Mailbox $mailbox -Destination (Join-Path $TestDrive "in$width")
            Send-MailboxMessage -App $reader -Mailbox $mailbox -To bob@contoso.onmicrosoft.com -Subject hello; Limit-MailApp $reader -Mailbox $mailbox -Confirm:$false -WarningAction Ignore
            Export-MailAdminReport -Path (Join-Path $TestDrive "report$width.html"); Install-MailApp Jim2 $mailbox -InformationAction Ignore
        )
        Disconnect-MailAdmin -Name Tables
        $wrong = foreach ($group in $shown | Group-Object { $_.GetType().Name }) {
            $lines = ($group.Group | Format-Table | Out-String -Width $width).Trim("`r", "`n") -split '\r?\n'
            # A label that is broken has its rest where the line is.
            if ($lines[1] -notmatch '^[- ]+$') { "$($group.Name):`n$($lines[0..2] -join "`n")" }
            $lines | Where-Object Length -GT $width
            foreach ($decides in 'Verdict', 'Status', 'DaysLeft', 'IsLimited') {
                if ($group.Group[0].PSObject.Properties[$decides] -and $group.Name -notin 'MailCheck', 'MailAppAccess' -and $lines[0] -notmatch "\b$decides\b") { "$($group.Name) without $decides" }
            }
        }
        $wrong | Should -BeNullOrEmpty
        $shown.ForEach({ $_.GetType().Name }) | Select-Object -Unique | Measure-Object | ForEach-Object Count | Should -BeGreaterThan 20
    }

    It 'has a property for each label of a view' {
        $types = $module.ExportedCmdlets.Values.OutputType.Type | Where-Object Namespace -EQ MailAdmin | Sort-Object FullName -Unique
        $wrong = foreach ($type in $types) {
            $extra = (Get-TypeData $type.FullName).Members.Keys
            foreach ($view in (Get-FormatData $type.FullName).FormatViewDefinition) {
                $labels = @($view.Control.Headers.Label) + @($view.Control.Entries.Items.Label) | Where-Object { $_ }
                $labels | Where-Object { -not $type.GetProperty($_) -and $_ -notin $extra } | ForEach-Object { "$($type.Name): $_" }
            }
        }
        $wrong | Select-Object -Unique | Should -BeNullOrEmpty
        ($app | Format-Table Name, Granted | Out-String) | Should -BeLike '*Graph/Mail.ReadWrite*'
    }

    It 'shows what its view shows, in a script whose output begins with another type' {
        $types = $module.ExportedCmdlets.Values.OutputType.Type | Where-Object Namespace -EQ MailAdmin | Sort-Object FullName -Unique
        $wrong = foreach ($type in $types) {
            $control = @((Get-FormatData $type.FullName).FormatViewDefinition)[0].Control
            if (-not $control) { continue }
            $index = 0
            $names = if ($control.Headers) {
                $control.Rows[0].Columns | ForEach-Object { $control.Headers[$index++].Label, $_.DisplayEntry.Value | Where-Object { $_ } | Select-Object -First 1 }
            }
            else {
                $control.Entries[0].Items | ForEach-Object { $_.Label, $_.DisplayEntry.Value | Where-Object { $_ } | Select-Object -First 1 } | Select-Object -Unique
            }
            $set = (Get-TypeData $type.FullName).DefaultDisplayPropertySet.ReferencedProperties
            if ("$set" -ne "$names") { "$($type.Name): $set, but $names" }
        }
        $wrong | Should -BeNullOrEmpty
        $shown = $app, (Get-MailAppCredential $app) | Out-String -Width 80
        $shown | Should -Match 'DaysLeft +: \d+'
        $shown | Should -Not -Match 'ApplicationObjectId +: .*\n.*KindText'
    }

    It 'exports lists as text' {
        $types = $module.ExportedCmdlets.Values.OutputType.Type | Where-Object Namespace -EQ MailAdmin | Sort-Object FullName -Unique
        foreach ($type in $types) {
            $lists = $type.GetProperties() | Where-Object { $_.PropertyType -ne [string] -and [Collections.IEnumerable].IsAssignableFrom($_.PropertyType) }
            $lists.Name | Where-Object { $_ -and "${_}Text" -notin (Get-TypeData $type.FullName).Members.Keys } | ForEach-Object { "$($type.Name): $_" } | Should -BeNullOrEmpty
        }
        $row = $app | ConvertTo-Csv | ConvertFrom-Csv
        $row.GrantedPermissionText | Should -BeLike '*Graph/Mail.ReadWrite*'
    }

    It 'is an error with an ID where nobody can confirm' {
        { Remove-MailAppRegistration $app -ErrorAction Stop } | Should -Throw -ErrorId 'ConfirmationRequired*'
        { Receive-MailboxMessage -App $app -Mailbox $mailbox -AfterProcessing Purge -ErrorAction Stop } | Should -Throw -ErrorId 'ConfirmationRequired*'
        @(Get-MailAppRegistration Archive) | Should -HaveCount 1

        { New-MailAppRegistration Never -ApplicationPermission Graph/Mail.Read -TenantWide -ErrorAction Stop } | Should -Throw -ErrorId 'ConfirmationRequired*'
        { Install-MailApp Jim2 -Name Never -Mailbox $mailbox -TenantWide -ErrorAction Stop } | Should -Throw -ErrorId 'ConfirmationRequired*'
        Get-MailAppRegistration Never -ErrorAction Ignore | Should -BeNullOrEmpty
        $asked = New-MailAppRegistration Asked -ApplicationPermission Graph/Mail.Read -WarningAction Ignore
        { $asked | Grant-MailAppConsent -TenantWide -ErrorAction Stop } | Should -Throw -ErrorId 'ConfirmationRequired*'
        (Get-MailAppRegistration Asked).GrantedPermission | Should -BeNullOrEmpty
        & { $ConfirmPreference = 'None'; $asked | Grant-MailAppConsent -TenantWide } | ForEach-Object Change | Should -Be Updated
        Remove-MailAppRegistration $asked -Confirm:$false
    }

    It 'asks as the page about confirmation says' {
        $page = Get-Content (Join-Path $PSScriptRoot ../../docs/Confirmation.md) -Raw
        $rows = $page -split "`n" | Where-Object { $_ -like '| High |*' }
        $high = [regex]::Matches($rows[0], '`([A-Z]\w+-\w+)`').ForEach({ $_.Groups[1].Value })
        $cmdlets = $module.ExportedCmdlets.Values
        $cmdlets.Where({ $_.ImplementingType.GetCustomAttributes([Management.Automation.CmdletAttribute], $false).ConfirmImpact -eq 'High' }).Name |
            Sort-Object | Should -Be ($high | Sort-Object)
        $cmdlets.Where({ $_.Parameters.ContainsKey('TenantWide') }).Name |
            Sort-Object | Should -Be ([regex]::Matches($rows[1], '`([A-Z]\w+-\w+)`').ForEach({ $_.Groups[1].Value }) | Sort-Object)
    }

    It 'shows each request with -Verbose' {
        $told = Get-MailAppRegistration Archive -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message
        $told | Should -Contain @($told -match '^GET https://graph\.microsoft\.com/v1\.0/applications: 200 OK \(request ID [0-9a-f-]{36}\), \d+ ms$')[0]
        "$told" | Should -Not -Match '\?'
    }

    It 'shows contents with -Debug, and no secret' {
        # -Debug itself asks before each line.
        $DebugPreference = 'Continue'
        $told = New-MailAppSecret $app 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | ForEach-Object Message
        $told -match '^Response: .*"secretText":"\*\*\*"' | Should -Not -BeNullOrEmpty
        $told = $sandbox | Connect-MailAdmin -Name Debugged -TenantId $app.TenantId -ClientId $app.ClientId -ClientSecret $app.ClientSecret 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | ForEach-Object Message
        Disconnect-MailAdmin -Name Debugged
        "$told" | Should -BeLike '*client_secret=`*`*`**'
        "$told" | Should -BeLike '*"access_token":"`*`*`*"*'
        "$told" | Should -Not -BeLike "*$([wildcardpattern]::Escape($secret))*"
    }
}
