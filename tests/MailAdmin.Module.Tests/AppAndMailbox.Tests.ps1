# One way to say which app, and one way to say which mailbox, in every cmdlet.
BeforeDiscovery {
    # Every cmdlet that takes an app of the tenant, with what else it needs to run. Nothing is changed.
    $mailbox = 'invoices@contoso.onmicrosoft.com'
    $secret = [securestring]::new()
    $takesApp = @(
        @{ Name = 'Get-MailAppPermission'; With = @{} }
        @{ Name = 'Get-MailAppUsage'; With = @{} }
        @{ Name = 'Set-MailAppRegistration'; With = @{ Enabled = $true; WhatIf = $true } }
        @{ Name = 'Get-MailAppCredential'; With = @{} }
        @{ Name = 'Get-MailAppRegistration'; With = @{} }
        @{ Name = 'Get-MailAppAccessPolicy'; With = @{} }
        @{ Name = 'Get-MailAdminChange'; With = @{} }
        @{ Name = 'New-MailAppSecret'; With = @{ WhatIf = $true } }
        @{ Name = 'Update-MailAppSecret'; With = @{ ScriptBlock = {}; WhatIf = $true } }
        @{ Name = 'New-MailAppCertificate'; With = @{ Path = './none.pfx'; Password = $secret; WhatIf = $true } }
        @{ Name = 'Remove-MailAppCredential'; With = @{ Superseded = $true; WhatIf = $true } }
        @{ Name = 'Remove-MailAppRegistration'; With = @{ WhatIf = $true } }
        @{ Name = 'Grant-MailAppConsent'; With = @{ WhatIf = $true } }
        @{ Name = 'Revoke-MailAppConsent'; With = @{ WhatIf = $true } }
        @{ Name = 'Limit-MailApp'; With = @{ Mailbox = $mailbox; WhatIf = $true } }
        @{ Name = 'New-MailAppAccessPolicy'; With = @{ Mailbox = $mailbox; WhatIf = $true } }
        @{ Name = 'Test-MailAppAccess'; With = @{ Mailbox = $mailbox } }
        @{ Name = 'Get-MailboxAccess'; With = @{ Mailbox = $mailbox } }
        @{ Name = 'Grant-MailboxAccess'; With = @{ Mailbox = $mailbox; WhatIf = $true } }
        @{ Name = 'Revoke-MailboxAccess'; With = @{ Mailbox = $mailbox; WhatIf = $true } }
        @{ Name = 'Test-MailApp'; With = @{ Recipe = 'Jim2'; Mailbox = $mailbox } }
        @{ Name = 'Repair-MailApp'; With = @{ Recipe = 'Jim2'; Mailbox = $mailbox; WhatIf = $true } }
        @{ Name = 'Get-MailAppProductSetting'; With = @{ Recipe = 'Jim2'; Mailbox = $mailbox } }
        @{ Name = 'New-MailboxConnection'; With = @{ Mailbox = $mailbox } }
        @{ Name = 'Get-MailFolder'; With = @{ Mailbox = $mailbox } }
        @{ Name = 'New-MailFolder'; With = @{ Mailbox = $mailbox; Path = 'Done'; WhatIf = $true } }
        @{ Name = 'Get-MailboxMessage'; With = @{ Mailbox = $mailbox; First = 1 } }
        @{ Name = 'Receive-MailboxMessage'; With = @{ Mailbox = $mailbox; WhatIf = $true } }
        @{ Name = 'Send-MailboxMessage'; With = @{ Mailbox = $mailbox; To = $mailbox; WhatIf = $true } }
        @{ Name = 'Test-MailboxConnection'; With = @{ Mailbox = $mailbox } }
    )

    # Every cmdlet that takes mailboxes by name; App where it needs one.
    $takesMailbox = @(
        @{ Name = 'Get-MailboxSetting'; With = @{} }
        @{ Name = 'Set-MailboxSetting'; With = @{ ImapEnabled = $true; WhatIf = $true } }
        @{ Name = 'Get-MailboxAccess'; With = @{} }
        @{ Name = 'Grant-MailboxAccess'; With = @{ App = 'Archive'; WhatIf = $true } }
        @{ Name = 'Revoke-MailboxAccess'; With = @{ App = 'Archive'; WhatIf = $true } }
        @{ Name = 'Test-MailAppAccess'; With = @{ App = 'Archive' } }
        @{ Name = 'Install-MailApp'; With = @{ Recipe = 'Jim2'; WhatIf = $true } }
        @{ Name = 'New-MailboxConnection'; With = @{ App = 'Archive' } }
        @{ Name = 'Get-MailFolder'; With = @{ App = 'Archive' } }
        @{ Name = 'New-MailFolder'; With = @{ App = 'Archive'; Path = 'Done'; WhatIf = $true } }
        @{ Name = 'Get-MailboxMessage'; With = @{ App = 'Archive'; First = 1 } }
        @{ Name = 'Receive-MailboxMessage'; With = @{ App = 'Archive'; WhatIf = $true } }
        @{ Name = 'Send-MailboxMessage'; With = @{ App = 'Archive'; To = $mailbox; WhatIf = $true } }
        @{ Name = 'Test-MailboxConnection'; With = @{ App = 'Archive' } }
    )

    # Those that take mailboxes by the parameter alone.
    $namesMailbox = @(
        @{ Name = 'Get-MailAppAccess'; With = @{} }
        @{ Name = 'Get-MailAppProductSetting'; With = @{ App = 'Archive'; Recipe = 'Jim2' } }
        @{ Name = 'Limit-MailApp'; With = @{ App = 'Archive'; WhatIf = $true } }
        @{ Name = 'New-MailAppAccessPolicy'; With = @{ App = 'Archive'; WhatIf = $true } }
        @{ Name = 'New-MailAppRegistration'; With = @{ Name = 'New'; ApplicationPermission = 'Graph/Mail.Read'; WhatIf = $true } }
        @{ Name = 'Test-MailApp'; With = @{ App = 'Archive'; Recipe = 'Jim2' } }
        @{ Name = 'Repair-MailApp'; With = @{ App = 'Archive'; Recipe = 'Jim2'; WhatIf = $true } }
        @{ Name = 'Get-MailSandboxMessage'; With = @{} }
        @{ Name = 'Add-MailSandboxMessage'; With = @{ Content = [Text.Encoding]::ASCII.GetBytes("Subject: x`r`n`r`n"); WhatIf = $true } }
        @{ Name = 'Set-MailSandbox'; With = @{ WhatIf = $true } }
    )
}

Describe 'Parameters of all cmdlets' {
    BeforeAll {
        $commands = (Import-Module $env:MAILADMIN_MODULE -PassThru).ExportedCmdlets.Values
        function Find-Parameter([string] $Name) {
            $commands | Where-Object { $_.Parameters.ContainsKey($Name) -and $_.Parameters[$Name].Name -eq $Name } |
                ForEach-Object { [pscustomobject]@{ Command = $_.Name; Parameter = $_.Parameters[$Name] } }
        }
        function Get-Position($Parameter) {
            @($Parameter.ParameterSets.Values.Position | Where-Object { $_ -ge 0 } | Select-Object -Unique)
        }
    }

    It '-App is one type everywhere, with completion and with aliases' {
        $app = Find-Parameter App
        $app.Count | Should -BeGreaterThan 28
        $app | Where-Object { $_.Parameter.ParameterType.FullName -ne 'MailAdmin.AppReference' } | ForEach-Object Command | Should -BeNullOrEmpty
        $app | Where-Object { -not ($_.Parameter.Attributes -is [ArgumentCompleter] -or $_.Parameter.Attributes.Where({ $_ -is [ArgumentCompleter] })) } |
            ForEach-Object Command | Should -BeNullOrEmpty
        # These have an -Id or a -ClientId of another meaning.
        $other = 'Get-MailFolder', 'New-MailFolder', 'Get-MailboxMessage', 'Receive-MailboxMessage', 'Send-MailboxMessage', 'Test-MailboxConnection', 'New-MailboxConnection'
        $app | Where-Object { $_.Command -notin $other -and 'Id' -notin $_.Parameter.Aliases } | ForEach-Object Command | Should -BeNullOrEmpty
        $app | Where-Object { $_.Command -ne 'New-MailboxConnection' -and 'ClientId' -notin $_.Parameter.Aliases } | ForEach-Object Command | Should -BeNullOrEmpty
    }

    It 'no other parameter says which app of the tenant is meant' {
        (Find-Parameter Id).Command | Sort-Object | Should -Be 'Approve-MailAppConsentRequest', 'Get-MailboxMessage'
        (Find-Parameter ClientId).Command | Sort-Object | Should -Be 'Connect-MailAdmin', 'New-MailboxConnection'
    }

    It '-Mailbox is one type everywhere, with completion and with aliases' {
        # That of New-MailSandbox makes mailboxes, and finds none.
        $mailbox = Find-Parameter Mailbox | Where-Object Command -NE New-MailSandbox
        $mailbox.Count | Should -BeGreaterThan 20
        $mailbox | Where-Object { $_.Parameter.ParameterType.FullName -notin 'MailAdmin.MailboxReference[]', 'MailAdmin.MailboxReference' } | ForEach-Object Command | Should -BeNullOrEmpty
        foreach ($one in $mailbox) {
            $aliases = @($one.Command -eq 'New-MailboxConnection' ? @() : 'UserPrincipalName')
            $aliases + @('PrimarySmtpAddress', 'EmailAddress', 'Identity') | Where-Object { $_ -notin $one.Parameter.Aliases } | ForEach-Object { "$($one.Command): $_" } | Should -BeNullOrEmpty
        }
    }

    It 'positions are alike: a MailApp cmdlet begins with the app, a Mailbox cmdlet with the mailbox' {
        $named = 'Install-MailApp', 'New-MailAppRegistration', 'Get-MailAppRegistration'
        foreach ($one in Find-Parameter App) {
            $wanted = $one.Command -in $named + 'Initialize-MailAdmin' -or $one.Command -match '-MailFolder$|-MailboxMessage$|Test-MailboxConnection' ? @()
                : $one.Command -match '-Mailbox' ? 1 : 0
            "$($one.Command) $(Get-Position $one.Parameter)" | Should -Be "$($one.Command) $wanted"
        }
        foreach ($one in Find-Parameter Mailbox) {
            $wanted = $one.Command -match '-MailFolder$|-MailboxMessage$|Test-MailboxConnection|-MailSandbox$' ? @()
                : $one.Command -match '-MailApp|-MailAdmin' ? 1 : 0
            "$($one.Command) $(Get-Position $one.Parameter)" | Should -Be "$($one.Command) $wanted"
        }
    }

    It 'the tables below leave no cmdlet out' -ForEach @{ App = $takesApp.Name; Mailbox = $takesMailbox.Name; Named = $namesMailbox.Name } {
        $install = 'Install-MailApp', 'New-MailAppRegistration', 'Initialize-MailAdmin', 'Get-MailAppAccess', 'Get-MailAppConsentRequest'
        (Find-Parameter App).Command | Where-Object { $_ -notin $App + $install } | Should -BeNullOrEmpty
        $piped = Find-Parameter Mailbox | Where-Object { $_.Parameter.ParameterSets.Values.ValueFromPipeline -contains $true }
        $piped.Command | Where-Object { $_ -notin $Mailbox } | Should -BeNullOrEmpty
        # New-MailSandbox makes mailboxes, and finds none.
        (Find-Parameter Mailbox).Command | Where-Object { $_ -notin $Mailbox + $Named + 'New-MailSandbox' } | Should -BeNullOrEmpty
    }
}

Describe 'An app' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send -TenantWide -Confirm:$false
        $null = New-MailAppRegistration Twin -ApplicationPermission Graph/Mail.Read -WarningAction Ignore
        Set-MailSandbox -OthersApp Twin
        $ids = (Get-MailAppRegistration Twin).ClientId
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'is an object, a name, or an ID for <Name>' -ForEach $takesApp {
        foreach ($form in $app, 'Archive', $app.ClientId, $app.ApplicationObjectId, $app.ServicePrincipalObjectId, [guid] $app.ClientId, (Get-MailAppCredential $app)[0]) {
            $null = & $Name -App $form @With -ErrorAction Stop
        }
    }

    It 'comes through the pipeline to <Name>' -ForEach $takesApp {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).xml"
        $app | Select-Object * -ExcludeProperty ClientSecret | Export-Clixml $file
        $null = $app | & $Name @With -ErrorAction Stop
        if ($Name -ne 'New-MailboxConnection') {
            # A row for that cmdlet has a TenantId, too: see below.
            $null = "ClientId`n$($app.ClientId)" | ConvertFrom-Csv | & $Name @With -ErrorAction Stop
            $null = "App`nArchive" | ConvertFrom-Csv | & $Name @With -ErrorAction Stop
        }
    }

    It 'is refused by <Name> when nothing, several, or something else is meant' -ForEach $takesApp {
        { & $Name -App Nobody @With -ErrorAction Stop } | Should -Throw -ErrorId 'AppNotFound*'
        $several = { & $Name -App Twin @With -ErrorAction Stop } | Should -Throw -ErrorId 'AmbiguousApp*' -PassThru
        $ids | Should -HaveCount 2
        $ids | Where-Object { $several.Exception.Message -notlike "*$_*" } | Should -BeNullOrEmpty
        $several.Exception.Message | Should -BeLike '*owners: cd1042@contoso.onmicrosoft.com*'
        { & $Name -App ([pscustomobject]@{ Colour = 'red' }) @With -ErrorAction Stop } | Should -Throw
    }

    It 'is not taken by its name where it is given what a new app would get' {
        { Install-MailApp Jim2 invoices@contoso.onmicrosoft.com -App Archive -ErrorAction Stop } | Should -Throw -ErrorId 'AppIdRequired*'
        { New-MailAppRegistration Archive -App Archive -ErrorAction Stop } | Should -Throw -ErrorId 'AppIdRequired*'
        { Initialize-MailAdmin -App Archive -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'AppIdRequired*'
    }

    It 'is shown with its client ID before it is given a right' -ForEach @{ Name = 'Grant-MailboxAccess'; With = @{ Mailbox = 'invoices@contoso.onmicrosoft.com' } },
        @{ Name = 'New-MailAppSecret'; With = @{} }, @{ Name = 'Grant-MailAppConsent'; With = @{} }, @{ Name = 'Limit-MailApp'; With = @{ Mailbox = 'invoices@contoso.onmicrosoft.com' } } {
        $transcript = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
        $null = Start-Transcript $transcript
        try { & $Name -App Archive @With -WhatIf } finally { $null = Stop-Transcript }
        Get-Content $transcript -Raw | Should -BeLike "*Archive ($($app.ClientId))*"
    }

    It 'is found by wildcards in its name where that was so' {
        (Get-MailAppAccess Arch*).App | Should -Be Archive
        (Get-MailAppAccess -App $app).ClientId | Should -Be $app.ClientId
        (Get-MailAppConsentRequest Fabrikam*).App | Should -BeLike 'Fabrikam*'
        (Get-MailAppConsentRequest (Get-MailAppConsentRequest)).App | Should -BeLike 'Fabrikam*'
    }
}

Describe 'A mailbox' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $null = New-MailSandbox | Connect-MailAdmin
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send, Exchange/IMAP.AccessAsApp -TenantWide -Confirm:$false
        $upn, $primary, $alias = 'cd1042', 'carol.diaz', 'carol.smith' | ForEach-Object { "$_@contoso.onmicrosoft.com" }
        $id = (Grant-MailboxAccess $primary $app).MailboxId
        # What Get-Mailbox emits, here and from another process; Identity names somebody else in neither.
        $full = [pscustomobject]@{
            Identity = 'Carol Diaz'; Alias = 'carol.diaz'; PrimarySmtpAddress = $primary; UserPrincipalName = $upn
            ExternalDirectoryObjectId = $id; EmailAddresses = "SMTP:$primary", "smtp:$alias"
        }
        $file = Join-Path $TestDrive mailbox.xml
        $full | Export-Clixml $file
        $deserialized = Import-Clixml $file
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'is a name or an object for <Name>' -ForEach $takesMailbox {
        foreach ($form in $upn, $primary, $alias, $id, $full, $deserialized) {
            $null = & $Name -Mailbox $form @With -ErrorAction Stop
        }
        $null = & $Name -Mailbox $primary, $full @With -ErrorAction Stop
    }

    It 'is a name or an object for <Name>, which takes none from the pipeline' -ForEach $namesMailbox {
        foreach ($form in $upn, $primary, $alias, $id, $full, $deserialized) {
            $null = & $Name -Mailbox $form @With -ErrorAction Stop
        }
        { & $Name -Mailbox (Get-Process -Id $PID) @With -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
    }

    It 'comes through the pipeline to <Name>' -ForEach $takesMailbox {
        $null = $primary | & $Name @With -ErrorAction Stop
        $null = $full, $deserialized | & $Name @With -ErrorAction Stop
        foreach ($column in 'Mailbox', 'UserPrincipalName', 'PrimarySmtpAddress', 'EmailAddress') {
            $null = "$column`n$primary" | ConvertFrom-Csv | & $Name @With -ErrorAction Stop
        }
    }

    It 'is never the type or the text of an object without an address, for <Name>' -ForEach $takesMailbox {
        $thing = Get-Process -Id $PID
        { & $Name -Mailbox $thing @With -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
        { $thing | & $Name @With -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
    }

    It 'is the one of the user principal name where an object has several names' {
        $mixed = [pscustomobject]@{ Identity = 'bob'; EmailAddress = 'alice@contoso.onmicrosoft.com'; PrimarySmtpAddress = 'support@contoso.onmicrosoft.com'; UserPrincipalName = $upn }
        ($mixed | Get-MailboxSetting).Mailbox | Should -Be $primary
        ($mixed | Select-Object * -ExcludeProperty UserPrincipalName | Get-MailboxSetting).Mailbox | Should -Be 'support@contoso.onmicrosoft.com'
        ($mixed | Select-Object Identity, EmailAddress | Get-MailboxSetting).Mailbox | Should -Be 'alice@contoso.onmicrosoft.com'
        ($mixed | Select-Object Identity | Get-MailboxSetting).Mailbox | Should -Be 'bob@contoso.onmicrosoft.com'
        (Get-MailboxAccess $primary $app | Get-MailboxSetting).Mailbox | Should -Be $primary
    }

    It 'is opened by each of its names, over Graph and over IMAP' {
        foreach ($form in $upn, $primary, $alias, $full) {
            foreach ($protocol in 'Graph', 'Imap') {
                (Test-MailboxConnection -App $app -Mailbox $form -Protocol $protocol).Verdict | Should -Be Passed
            }
        }
    }

    It 'has its ID in connections that were made from an object' {
        $connection = $full | New-MailboxConnection -App $app
        $connection.MailboxId | Should -Be $id
        $connection.PrimarySmtpAddress | Should -Be $primary
    }

    It 'and the app come from one row' {
        $rows = "App,Mailbox`nArchive,$primary`nArchive,bob@contoso.onmicrosoft.com" | ConvertFrom-Csv
        ($rows | Grant-MailboxAccess).Mailbox | Should -Be $primary, 'bob@contoso.onmicrosoft.com'
        (Get-MailboxAccess -App $app | Revoke-MailboxAccess -Confirm:$false).Mailbox | Should -Be 'bob@contoso.onmicrosoft.com', $primary
        ("TenantId,ClientId,Mailbox`n$($app.TenantId),$($app.ClientId),$primary" | ConvertFrom-Csv | New-MailboxConnection -ClientSecret $app.ClientSecret).ClientId | Should -Be $app.ClientId
    }
}
